"""Checks of request bodies, with the errors that Discord answers."""
