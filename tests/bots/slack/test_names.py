import aiohttp
import aiohttp.web

from bots.playground.serving import serving
from bots.playground.slack.driving import local_slack
from bots.slack import web
from bots.slack.names import Names


async def test_people_and_channels_are_learnt_in_a_call_each() -> None:
    async with local_slack() as slack, aiohttp.ClientSession() as connections:
        names = Names(web.client("xoxb-playground", slack.api, connections))
        await names.learn()
        assert await names.user("U0ANN00001") == "Ann"
        assert await names.channel("C0GENERAL1") == "general"
        assert await slack.calls("users.info") == await slack.calls("conversations.info") == []


async def test_whoever_was_not_learnt_is_asked_for_alone_and_once() -> None:
    async with local_slack() as slack, aiohttp.ClientSession() as connections:
        names = Names(web.client("xoxb-playground", slack.api, connections))
        assert await names.user("U0ANN00001") == await names.user("U0ANN00001") == "Ann"
        assert len(await slack.calls("users.info")) == 1


async def test_names_that_cannot_be_learnt_at_once_keep_nobody_from_anything() -> None:
    async with local_slack() as slack, aiohttp.ClientSession() as connections:
        names = Names(web.client("xoxb-wrong", slack.api, connections))
        await names.learn()
        assert await names.user("U0ANN00001") == "U0ANN00001"


async def test_no_more_names_are_remembered_than_so_many() -> None:
    async with local_slack() as slack, aiohttp.ClientSession() as connections:
        names = Names(web.client("xoxb-playground", slack.api, connections), most=1)
        for user_id in ("U0ANN00001", "U0BEN00001", "U0BEN00001", "U0ANN00001"):
            await names.user(user_id)
        asked = [call["args"]["user"] for call in await slack.calls("users.info")]
        assert asked == ["U0ANN00001", "U0BEN00001", "U0ANN00001"]


async def test_an_answer_in_plain_text_is_a_passing_trouble() -> None:
    async def answer(_request: aiohttp.web.Request) -> aiohttp.web.Response:
        return aiohttp.web.Response(text="The proxy is having lunch.")

    app = aiohttp.web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with serving(app) as url, aiohttp.ClientSession() as connections:
        names = Names(web.client("xoxb-playground", f"{url}/api/", connections))
        assert await names.user("U0ANN00001") == "U0ANN00001"
