"""The workspace that the playground starts with."""

import time
from collections.abc import Callable

from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.world import SlackWorld, Team, User

PARLEY = User("U0PARLEY01", "parley", "Parley", bot_id="B0PARLEY01", app_id="A0PARLEY01")
ANN = User("U0ANN00001", "ann", "Ann", is_admin=True, is_owner=True)
BEN = User("U0BEN00001", "ben", "Ben")
CHLOE = User("U0CHLOE001", "chloe", "Chloé")
DEPLOYBOT = User("U0DEPLOY01", "deploybot", "Deploybot", bot_id="B0DEPLOY01", app_id="A0DEPLOY01")

_PUBLIC = (
    ("C0GENERAL1", "general", "What everybody should know"),
    ("C0RANDOM01", "random", "Everything else"),
    ("C0SUPPORT1", "support", "Questions from customers"),
)
_DIRECT = (("D0ANN00001", ANN), ("D0BEN00001", BEN), ("D0CHLOE001", CHLOE))


def default_world(clock: Callable[[], float] = time.time) -> SlackWorld:
    """Three people, Parley and another app, in three public channels, a private one and direct messages."""
    world = SlackWorld(
        Team("T0PARLEY00", "Playground", "playground"), PARLEY, (ANN, BEN, CHLOE, DEPLOYBOT), clock=clock
    )
    created = int(clock())
    for channel_id, name, topic in _PUBLIC:
        everybody: dict[str, None] = dict.fromkeys(world.users)
        world.add_channel(Channel(channel_id, name, ChannelKind.PUBLIC, topic, everybody, created=created))
    leaders: dict[str, None] = dict.fromkeys((ANN.id, BEN.id))
    topic = "Ann and Ben only"
    world.add_channel(Channel("C0LEADERS1", "leadership", ChannelKind.PRIVATE, topic, leaders, created=created))
    for channel_id, person in _DIRECT:
        pair: dict[str, None] = dict.fromkeys((person.id, PARLEY.id))
        direct = Channel(channel_id, channel_id, ChannelKind.DIRECT, "", pair, user_id=person.id, created=created)
        world.add_channel(direct)
    return world
