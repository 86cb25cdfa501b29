"""The admin page: what Parley does in each workspace, for whoever runs it."""
