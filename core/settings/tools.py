"""What is set about the tools that models may call."""

from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings

from core.settings.fields import named
from core.tools import servers


class ToolSettings(BaseSettings):
    """Which tools there are, and how much they may take."""

    tools: str = named(
        "PARLEY_TOOLS",
        "",
        "The tools of answers whose persona lists none, with commas: search, time, calculator, SERVER:TOOL, SERVER:*.",
    )
    mcp: str = named("PARLEY_MCP", "", "A TOML file with MCP servers whose tools personas may list; see docs/tools.md.")
    tool_rounds: int = named(
        "PARLEY_TOOL_ROUNDS", 8, "How often a model may call tools before it has to answer.", ge=1, le=50
    )
    tool_s: float = named("PARLEY_TOOL_S", 30.0, "How many seconds one call of a tool may take.", gt=0)
    approval_s: float = named(
        "PARLEY_APPROVAL_S", 300.0, "How many seconds people may take to allow a call that must be allowed.", gt=0
    )

    @field_validator("mcp")
    @classmethod
    def _mcp(cls, path: str) -> str:
        if path:
            servers.read(Path(path))
        return path
