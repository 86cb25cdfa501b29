from bots.discord import checkup, invite
from bots.findings import Finding, Grade
from bots.playground.discord.permissions import ALL, Permission
from core import texts
from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.discord.parleys import WINDOW_S, another
from tests.journeys.discord.server import ANN, BEN, Server


async def answers_in(server: Server, model: Model, channel: str) -> None:
    await model.will_say("Here.", match="are you there")
    await server.say(BEN, "@Parley are you there?", channel=channel)
    await server.answer("Here.", channel=channel, settled=True)


async def test_a_server_is_welcomed_once_where_the_system_writes(
    server: Server, model: Model, settings: Settings
) -> None:
    await server.patch("/control/rules", identify_window_s=WINDOW_S / 2)
    async with another(settings):
        joined = (await server.post("/control/servers", name="New", user=ANN))["channels"]
        await server.answer(texts.WELCOME, channel=joined["lobby"])
        before = await server.get("/control/gateway")
        await server.post("/control/gateway", action="invalidate", resumable=False)

        async def anew() -> bool:
            now = await server.get("/control/gateway")
            return any(session["connected"] and session not in before["sessions"] for session in now["sessions"])

        await until(anew)
        await answers_in(server, model, joined["chatter"])
    async with another(settings):
        await answers_in(server, model, joined["chatter"])
    assert [message["content"] for message in await server.own(joined["lobby"])] == [texts.WELCOME]
    assert await server.own("general") == []


async def test_two_deployments_welcome_a_server_once(server: Server, model: Model, settings: Settings) -> None:
    await server.patch("/control/rules", identify_window_s=WINDOW_S / 2)
    async with another(settings), another(settings):
        joined = (await server.post("/control/servers", name="New", user=ANN))["channels"]
        await server.answer(texts.WELCOME, channel=joined["lobby"])
        await answers_in(server, model, joined["chatter"])
    assert len(await server.own(joined["lobby"])) == 1


async def test_a_server_that_was_joined_while_parley_was_down_is_welcomed(server: Server, settings: Settings) -> None:
    joined = (await server.post("/control/servers", name="New", user=ANN))["channels"]
    async with another(settings):
        await server.answer(texts.WELCOME, channel=joined["lobby"])


async def test_a_welcome_goes_to_the_first_channel_that_can_be_written_in(server: Server, settings: Settings) -> None:
    async with another(settings):
        joined = (await server.post("/control/servers", name="New", user=ANN, silent=["lobby"]))["channels"]
        await server.answer(texts.WELCOME, channel=joined["chatter"])
    assert await server.own(joined["lobby"]) == []


async def test_a_server_without_a_writable_channel_is_left_in_peace(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(settings):
        await server.post("/control/servers", name="New", user=ANN, silent=["lobby", "chatter"])
        await answers_in(server, model, "general")
    refused = [call for call in (await server.get("/control/calls"))["calls"] if call["status"] == 403]
    assert refused == []


async def test_the_doctor_names_what_is_missing_in_each_server(server: Server, settings: Settings) -> None:
    findings = await checkup.checkup(settings.model_copy(update={"discord_webhooks": "on"}))
    assert [finding.text for finding in findings if finding.grade is not Grade.OK] == []
    assert any("permissions=309774617600" in finding.text for finding in findings)
    await server.post("/control/servers", name="Sparse", user=BEN)
    findings = await checkup.checkup(settings.model_copy(update={"discord_webhooks": "on"}))
    (lacking,) = [finding for finding in findings if finding.grade is not Grade.OK]
    assert lacking.grade is Grade.WARN
    assert "'Sparse'" in lacking.text
    assert "Manage Webhooks" in lacking.text


def one_server(permissions: int) -> list[Finding]:
    server = {"id": "7", "name": "Strict", "permissions": str(permissions)}
    return checkup.servers_findings([server], 1, (*invite.NEEDED, *invite.HELPFUL))


def test_a_permission_that_answering_takes_is_a_failure_when_it_is_missing() -> None:
    _, lacking = one_server(ALL & ~Permission.ADMINISTRATOR & ~Permission.SEND_MESSAGES)
    assert lacking.grade is Grade.FAIL
    assert "'Strict' (7) it lacks Send Messages (to answer in channels)" in lacking.text


def test_an_administrator_lacks_nothing() -> None:
    assert len(one_server(int(Permission.ADMINISTRATOR))) == 1


def test_the_invitation_asks_for_exactly_the_permissions_of_the_table() -> None:
    table = (*invite.NEEDED, *invite.HELPFUL)
    names = {each.flag.upper() for each in table}
    assert invite.value(table) == sum(Permission[name] for name in names)
