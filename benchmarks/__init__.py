"""Parley beside a bare script, on the same work in the same run."""
