"""The tools that a model may call while it answers: those that come along, and those of MCP servers."""
