"""The top floor: platforms in, platforms out, and the command line."""
