"""usergroups.list and usergroups.users.list."""

from bots.playground.slack.errors import SlackError
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json
from bots.playground.slack.web_api.calling import Call, Method


def list_(call: Call) -> Json:
    """docs.slack.dev/reference/methods/usergroups.list"""
    world = call.backend.world
    return {"usergroups": [group.as_slack(world.team.id) for group in world.groups.values()]}


def users_list(call: Call) -> Json:
    """docs.slack.dev/reference/methods/usergroups.users.list"""
    group = call.backend.world.groups.get(call.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


_READ = ("usergroups:read",)
METHODS = (
    Method("usergroups.list", list_, Tier.TWO, _READ),
    Method("usergroups.users.list", users_list, Tier.TWO, _READ),
)
