import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from yarl import URL

from bots.findings import Grade
from bots.slack import checkup, scopes
from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.slack.cloud import BAKERY, CLIENT_ID, OFFICE, Town, browser, settings_for, town
from tests.journeys.slack.workspace import ANN


@pytest.fixture
async def there(connections: aiohttp.ClientSession) -> AsyncIterator[Town]:
    async with town(connections) as made:
        yield made


@pytest.fixture
def settings(there: Town, model: Model, tmp_path: Path) -> Settings:
    return settings_for(there, model, tmp_path)


@pytest.fixture
async def url(there: Town, settings: Settings) -> AsyncIterator[str]:
    async with there.parley(settings) as address:
        yield address


async def test_whoever_installs_parley_is_answered_from_then_on(there: Town, url: str, model: Model) -> None:
    status, page = await there.install(url, OFFICE)
    assert status == 200
    assert "Parley is installed in Playground" in page
    await model.will_say("Welcome.")
    ts = await there.office.say(ANN, "@Parley hello")
    await there.office.reply(ts, "Welcome.")


async def test_slack_is_asked_for_every_scope_and_given_a_state(url: str) -> None:
    async with browser() as person, person.get(f"{url}/slack/install", allow_redirects=False) as answer:
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        cookie = answer.cookies["parley_install"]
    assert answer.status == 302
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["scope"] == [",".join(scopes.every())]
    assert asked["state"] == [cookie.value]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


async def test_the_cookie_is_for_https_alone_where_the_page_is(url: str) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    async with (
        browser() as person,
        person.get(f"{url}/slack/install", allow_redirects=False, headers=headers) as answer,
    ):
        assert answer.cookies["parley_install"]["secure"] is True


async def test_whoever_refuses_reads_a_friendly_page(there: Town, url: str) -> None:
    status, page = await there.install(url, OFFICE, decision="deny")
    assert status == 200
    assert "You did not allow it" in page
    assert await there.calls("oauth.v2.access") == []


async def test_a_name_with_markup_is_shown_as_it_is_written(there: Town, url: str) -> None:
    _, page = await there.install(url, BAKERY)
    assert "Parley is installed in Bäckerei &lt;b&gt;&amp;" in page
    assert "<b>" not in page


async def come_back(person: aiohttp.ClientSession, url: str, query: str) -> tuple[int, str]:
    async with person.get(f"{url}/slack/oauth_redirect?{query}") as answer:
        return answer.status, await answer.text()


async def begun(person: aiohttp.ClientSession, url: str) -> str:
    """The state of an installation that somebody has begun."""
    async with person.get(f"{url}/slack/install", allow_redirects=False) as answer:
        return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


@pytest.mark.parametrize(
    "query", ["", "code=1", "state=1&code=1", "error=access_denied", "state=%00&code=%ff", "state="]
)
async def test_nobody_comes_back_with_a_state_that_was_not_given_out(there: Town, url: str, query: str) -> None:
    async with browser() as person:
        assert (await come_back(person, url, query))[0] == 400
        await begun(person, url)
        assert (await come_back(person, url, query))[0] == 400
    assert await there.calls() == []


async def test_a_state_is_good_for_the_browser_that_it_was_given_to(there: Town, url: str) -> None:
    async with browser() as person, browser() as other:
        state = await begun(person, url)
        await begun(other, url)
        assert (await come_back(other, url, f"state={state}&code=1"))[0] == 400
    assert await there.calls() == []


async def test_a_state_works_once(there: Town, url: str) -> None:
    async with browser() as person:
        state = await begun(person, url)
        assert (await come_back(person, url, f"state={state}&code=nonsense"))[0] == 502
        person.cookie_jar.update_cookies({"parley_install": state}, response_url=URL(url) / "slack/install")
        assert (await come_back(person, url, f"state={state}&code=nonsense"))[0] == 400
    assert len(await there.calls("oauth.v2.access")) == 1


async def test_nothing_that_is_given_is_shown_unescaped(url: str) -> None:
    script = "%3Cscript%3Ealert(1)%3C/script%3E"
    async with browser() as person:
        state = await begun(person, url)
        for query in (
            f"error={script}&state={script}",
            f"error={script}&state={state}",
            f"code={script}&state={script}",
        ):
            _, page = await come_back(person, url, query)
            assert "script" not in page


async def test_a_code_that_slack_refuses_installs_nothing(there: Town, url: str, model: Model) -> None:
    async with browser() as person:
        state = await begun(person, url)
        status, page = await come_back(person, url, f"state={state}&code=nonsense")
    assert (status, "nothing was changed" in page) == (502, True)
    await there.office.say(ANN, "@Parley hello")
    assert await model.requests() == []


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect"])
async def test_the_pages_are_only_read(url: str, path: str, connections: aiohttp.ClientSession) -> None:
    async with connections.post(url + path) as answer:
        assert answer.status == 405


async def test_an_installation_of_a_whole_organisation_serves_its_workspaces(
    there: Town, settings: Settings, model: Model, tmp_path: Path
) -> None:
    async with there.parley(settings) as url:
        organisation = {"id": "E0GROUP0001", "name": "Group"}
        status, page = await there.install(url, OFFICE, organisation=organisation)
        assert (status, "Parley is installed in Group" in page) == (200, True)
        await model.will_say("Everywhere.")
        ts = await said_in_an_organisation(there)
        await there.office.reply(ts, "Everywhere.")
    await model.will_say("After a restart, too.")
    async with there.parley(settings):
        ts = await said_in_an_organisation(there)
        await there.office.reply(ts, "After a restart, too.")


async def test_removing_an_organisations_installation_ends_the_work_in_all_of_its_workspaces(
    there: Town, url: str, model: Model
) -> None:
    await there.install(url, OFFICE, organisation={"id": "E0GROUP0001", "name": "Group"})
    await model.will_say("Everywhere.")
    ts = await said_in_an_organisation(there)
    await there.office.reply(ts, "Everywhere.", settled=True)
    removal = in_an_organisation({"type": "app_uninstalled"}, time.time() + 1)
    await there.office.post("/control/raw-events", payload=removal)

    async def removed() -> bool:
        sent = await there.office.get("/control/events-sent")
        return any(event["event"]["type"] == "app_uninstalled" and event["acked"] for event in sent)

    await until(removed)
    await said_in_an_organisation(there)
    await there.install(url, BAKERY)
    await model.will_say("Only here.")
    ts = await there.bakery.say(ANN, "@Parley hello")
    await there.bakery.reply(ts, "Only here.")
    assert len(await model.requests()) == 2


async def test_the_doctor_tries_the_client_id_and_secret(
    there: Town, settings: Settings, model: Model, tmp_path: Path
) -> None:
    assert [finding.grade for finding in await checkup.checkup(settings)] == [Grade.OK]
    wrong = settings_for(there, model, tmp_path, SLACK_CLIENT_SECRET="wrong")
    (finding,) = await checkup.checkup(wrong)
    assert finding.grade is Grade.FAIL
    assert "bad_client_secret" in finding.text


async def said_in_an_organisation(there: Town) -> str:
    """Ann writes, and the event says that an organisation's installation is told."""
    await there.office.patch("/control/rules", subscriptions=[])
    ts = await there.office.say(ANN, "@Parley hello")
    event = {
        "type": "app_mention",
        "user": "U0ANN00001",
        "text": "<@U0PARLEY01> hello",
        "ts": ts,
        "channel": "C0GENERAL1",
    }
    payload = in_an_organisation(event, float(ts))
    await there.office.post("/control/raw-events", payload=payload)
    return ts


def in_an_organisation(event: dict[str, Any], at: float) -> dict[str, Any]:
    """The envelope of an event of which an organisation's installation is told."""
    granted = {"enterprise_id": "E0GROUP0001", "team_id": None, "user_id": "U0PARLEY01", "is_bot": True}
    return {
        "type": "event_callback",
        "team_id": OFFICE,
        "enterprise_id": "E0GROUP0001",
        "event_id": f"Ev{at}",
        "event_time": int(at),
        "event": event,
        "authorizations": [granted | {"is_enterprise_install": True}],
    }
