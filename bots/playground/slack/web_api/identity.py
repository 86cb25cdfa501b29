"""auth.test, api.test, team.info, users.*, bots.info: who is who."""

from bots.playground.slack.errors import SlackError
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json
from bots.playground.slack.web_api import paging
from bots.playground.slack.web_api.calling import Call, Method, TokenKind


def auth_test(call: Call) -> Json:
    """docs.slack.dev/reference/methods/auth.test"""
    world = call.backend.world
    if call.token == world.app_token:
        return {"app_name": world.me.real_name, "app_id": world.me.app_id}
    return {
        "url": f"https://{world.team.domain}.slack.com/",
        "team": world.team.name,
        "user": world.me.name,
        "team_id": world.team.id,
        "user_id": world.me.id,
        "bot_id": world.me.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    """docs.slack.dev/reference/methods/api.test: answers the arguments, or the error that is asked for."""
    error = call.text("error")
    if error:
        raise SlackError(error, args=call.args)
    return {"args": call.args}


def team_info(call: Call) -> Json:
    """docs.slack.dev/reference/methods/team.info"""
    team = call.backend.world.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


def users_info(call: Call) -> Json:
    """docs.slack.dev/reference/methods/users.info"""
    world = call.backend.world
    user = world.users.get(call.text("user") or "")
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user.as_slack(world.team.id)}


def users_list(call: Call) -> Json:
    """docs.slack.dev/reference/methods/users.list"""
    world = call.backend.world
    users, cursor = paging.page(call, list(world.users.values()), default=1000)
    return {
        "members": [user.as_slack(world.team.id) for user in users],
        "cache_ts": int(world.clock()),
        "response_metadata": {"next_cursor": cursor},
    }


def bots_info(call: Call) -> Json:
    """docs.slack.dev/reference/methods/bots.info"""
    bot = call.backend.world.find_bot(call.text("bot") or "")
    if bot is None:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": bot.bot_id,
            "deleted": False,
            "name": bot.real_name,
            "updated": 0,
            "app_id": bot.app_id,
            "user_id": bot.id,
            "icons": {},
        }
    }


METHODS = (
    Method("auth.test", auth_test, Tier.SPECIAL, token=TokenKind.EITHER),
    Method("api.test", api_test, Tier.FOUR, token=TokenKind.NONE),
    Method("team.info", team_info, Tier.THREE, ("team:read",)),
    Method("users.info", users_info, Tier.FOUR, ("users:read",)),
    Method("users.list", users_list, Tier.TWO, ("users:read",)),
    Method("bots.info", bots_info, Tier.THREE, ("users:read",)),
)
