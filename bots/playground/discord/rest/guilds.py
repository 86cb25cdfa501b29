"""Reading guilds, members and roles, and the bot's own membership."""

from bots.playground.discord import changes, payloads, threads
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.form import Form
from bots.playground.discord.permissions import Permission, may
from bots.playground.discord.rest.call import Answer, Call, Route


def guild(call: Call) -> Answer:
    """…/resources/guild, "Get Guild"."""
    subject = call.guild()
    body = payloads.guild_core(subject)
    if call.flag("with_counts"):
        body |= {"approximate_member_count": len(subject.members), "approximate_presence_count": len(subject.members)}
    return Answer(body)


def channels(call: Call) -> Answer:
    """…/resources/guild, "Get Guild Channels": without threads, and without those that the bot cannot view."""
    every = call.guild().channels.values()
    return Answer([payloads.channel(each) for each in every if may(each, call.bot.id, Permission.VIEW_CHANNEL)])


def roles(call: Call) -> Answer:
    """…/resources/guild, "Get Guild Roles"."""
    return Answer([payloads.role(role) for role in call.guild().roles.values()])


def role(call: Call) -> Answer:
    """…/resources/guild, "Get Guild Role"."""
    subject = call.guild().roles.get(call.id("role"))
    if subject is None:
        raise Refusal(10011)
    return Answer(payloads.role(subject))


def member(call: Call) -> Answer:
    """…/resources/guild, "Get Guild Member"."""
    return Answer(payloads.member(call.member(call.guild())))


def members(call: Call) -> Answer:
    """…/resources/guild, "List Guild Members": needs the privileged intent."""
    subject = call.guild()
    if not call.state.rules.members:
        raise Refusal(50001)
    limit, after = call.number("limit", 1, 1, 1000), call.number("after", 0, 0, 1 << 63)
    ids = sorted(each for each in subject.members if each > after)[:limit]
    return Answer([payloads.member(subject.members[each]) for each in ids])


def search_members(call: Call) -> Answer:
    """…/resources/guild, "Search Guild Members": those whose user name or nick begins so."""
    subject = call.guild()
    limit = call.number("limit", 1, 1, 1000)
    form = Form()
    query = (form.text("query", call.query.get("query"), 100, shortest=1, required=True) or "").casefold()
    form.done()
    found = [
        each
        for each in subject.members.values()
        if any(name.casefold().startswith(query) for name in (each.user.username, each.user.name, each.nick or ""))
    ]
    return Answer([payloads.member(each) for each in found[:limit]])


def edit_own_member(call: Call) -> Answer:
    """…/resources/guild, "Modify Current Member"."""
    subject = call.guild()
    form = Form()
    nick = form.text("nick", call.body.get("nick"), 32)
    form.done()
    own = subject.members[call.bot.id]
    own.nick = nick or None
    call.state.world.tell(changes.MemberUpdated(subject, own))
    return Answer(payloads.member(own))


def active_threads(call: Call) -> Answer:
    """…/resources/guild, "List Active Guild Threads"."""
    subject = call.guild()
    visible = [each for each in subject.channels.values() if may(each, call.bot.id, Permission.VIEW_CHANNEL)]
    active = [thread for parent in visible for thread in threads.active(parent)]
    found = [thread for thread in active if may(thread, call.bot.id, Permission.VIEW_CHANNEL)]
    own = [each for each in found if each.thread and call.bot.id in each.thread.members]
    listed = [payloads.thread(each) for each in found]
    return Answer({"threads": listed, "members": [payloads.thread_member(each, call.bot.id) for each in own]})


ROUTES = [
    Route("GET", "/guilds/{guild}", guild),
    Route("GET", "/guilds/{guild}/channels", channels),
    Route("GET", "/guilds/{guild}/roles", roles),
    Route("GET", "/guilds/{guild}/roles/{role}", role),
    Route("GET", "/guilds/{guild}/members", members),
    Route("GET", "/guilds/{guild}/members/search", search_members),
    Route("PATCH", "/guilds/{guild}/members/@me", edit_own_member),
    Route("GET", "/guilds/{guild}/members/{user}", member),
    Route("GET", "/guilds/{guild}/threads/active", active_threads),
]
