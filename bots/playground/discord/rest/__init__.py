"""The REST routes below `/api/v10`, one family of resources per file."""
