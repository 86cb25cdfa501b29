"""The parts of one local Discord, put together once for each application."""

from dataclasses import dataclass, field

from aiohttp import web

from bots.playground.discord.calls import CallLog
from bots.playground.discord.commands import CommandRegistry
from bots.playground.discord.interactions import Interactions
from bots.playground.discord.limits import Limits
from bots.playground.discord.message_payloads import Renderer
from bots.playground.discord.rules import Rules
from bots.playground.discord.sessions import Sessions
from bots.playground.discord.starts import StartLimit
from bots.playground.discord.stream import Stream
from bots.playground.discord.unfurling import Unfurler
from bots.playground.discord.world import DiscordWorld
from bots.playground.faults import Faults


@dataclass
class ServerState:
    """What every handler works on."""

    world: DiscordWorld
    rules: Rules
    faults: Faults
    limits: Limits
    calls: CallLog
    commands: CommandRegistry
    sessions: Sessions
    starts: StartLimit
    interactions: Interactions
    stream: Stream
    unfurler: Unfurler
    nonces: dict[tuple[int, str], tuple[float, int, int]] = field(default_factory=dict)

    def renderer(self, base_url: str) -> Renderer:
        """Writes messages for REST, where the application's own grant decides whether content is readable."""
        life_s = self.rules.attachment_url_life_s
        return Renderer(self.world, base_url, life_s, sees_content=self.rules.message_content)


STATE = web.AppKey("discord", ServerState)
