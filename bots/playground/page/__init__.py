"""The page on which a person talks through the local Slack and Discord."""
