"""The middle floor: the conversation, free of any platform."""
