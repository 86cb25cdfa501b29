"""A local model server that speaks OpenAI's chat completions."""
