"""What the pages show over HTTP, of one workspace at a time, whatever people have written."""

import re
from datetime import UTC, datetime
from pathlib import Path

from core.configurations import Configurations
from core.people import WorkspaceRef, operator
from core.workspace import WorkspaceSettings
from storage import workspaces
from storage.database import Database
from storage.words import Platform
from tests.bots.admin.bakery import BAKERY, OLGA, Words, month, open_bakery
from tests.bots.admin.office import Office, administering, seen

PAYLOAD = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'{{123*457}}"
PAGES = (
    "",
    "/usage?by=person",
    "/usage?by=channel",
    "/usage?by=persona",
    "/personas",
    "/schedules",
    "/answers",
    "/answers/1",
    "/audit",
)
NOTHING = {
    "": "Nothing yet.",
    "/usage": "Nothing was used in these days.",
    "/personas": "There are no personas yet.",
    "/schedules": "There are no schedules yet.",
    "/answers": "Nothing has been answered here yet.",
    "/audit": "Nothing has been changed yet.",
}


async def test_each_page_shows_what_it_is_for(office: Office) -> None:
    async with office.browser() as browser:

        async def told(path: str) -> str:
            page = await browser.get(f"/admin{path}")
            assert page.status == 200, path
            return " ".join(seen(page.text).split())

        assert "Bakery Slack · T1" in await told("/")
        overview = await told("/1")
        assert all(part in overview for part in ("Answers 1 ", "Cost $0.0042", "database works · 1.4 ms"))
        assert "Ann 1 1,200 80 $0.0042" in await told("/1/usage?by=person")
        assert "#general 1 1,200 80 $0.0042" in await told("/1/usage")
        personas = await told("/1/personas")
        assert all(part in personas for part in ("Pirate", "#general", "Talk like a pirate", "We bake in {workspace}."))
        assert "every weekday 09:00 on" in await told("/1/schedules")
        assert "r1 done Ann in #general" in await told("/1/answers")
        answer = await told("/1/answers/1")
        assert all(part in answer for part in ("Ann: When does the oven start?", "Talk like a pirate", "set by Olga"))
        audit = await told("/1/audit")
        assert all(part in audit for part in ("persona.assign #general", "persona.create Pirate", "Olga"))
        assert "persona.create" not in await told("/1/audit?subject=%23general")
        assert "Waiting 0 Being made 0" in await told("/health")


async def test_what_people_and_models_wrote_is_text_on_every_page(tmp_path: Path) -> None:
    words = Words(PAYLOAD, PAYLOAD, PAYLOAD, PAYLOAD[:60], PAYLOAD, PAYLOAD, PAYLOAD, PAYLOAD)
    database = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    await open_bakery(database, words, operator(BAKERY, PAYLOAD))
    async with administering(database) as office, office.browser() as browser:
        for path in ("/", *(f"/1{page}" for page in PAGES)):
            page = await browser.get(f"/admin{path}")
            assert page.status == 200, path
            assert not re.search(r"<script>|<img src=x|onerror=alert\(1\)>|56211", page.text), path
            assert "<script>alert('x')</script>" in seen(page.text), path
    await database.close()


async def test_a_workspace_is_shown_alone(office: Office, database: Database) -> None:
    garden = WorkspaceRef(Platform.DISCORD, "4567")
    await database.run(workspaces.workspace, garden.platform, garden.id, "Garden")
    async with office.browser() as browser:
        for path, sentence in NOTHING.items():
            page = await browser.get(f"/admin/2{path}")
            assert sentence in page.text, path
            assert not re.search("Bakery|Pirate|oven|Ann", page.text), path
        form = await browser.form("/admin/1/personas")
        for path in ("schedules/1/pause", "channels/1/clear"):
            assert (await browser.post(f"/admin/2/{path}", form=form)).status in (400, 404), path
        for path in ("2/answers/1", "3", "3/audit", "9" * 18, "2/answers/" + "9" * 18, "1/answers/77"):
            assert (await browser.get(f"/admin/{path}")).status == 404, path
        assert "Pirate" in (await browser.get("/admin/1/personas")).text


async def test_what_is_changed_goes_through_core_and_into_the_audit_log(office: Office, database: Database) -> None:
    async with office.browser() as browser:
        form = await browser.form()
        paused = await browser.post("/admin/1/schedules/1/pause", form=form)
        assert "Schedule 1 is paused" in paused.text
        assert "Schedule 1 goes on" in (await browser.post("/admin/1/schedules/1/resume", form=form)).text
        cleared = await browser.post("/admin/1/channels/1/clear", form=form)
        assert "#general speaks without a persona" in cleared.text
        assert (await browser.post("/admin/1/channels/99/clear", form=form)).status == 404
        assert (await browser.post("/admin/1/schedules/9/pause", form=form)).status == 400
    changes = await WorkspaceSettings(database, Configurations(database)).audit(OLGA, most=3)
    assert [(one.deed, one.actor_name) for one in changes] == [
        ("persona.clear", "admin page"),
        ("schedule.resume", "admin page"),
        ("schedule.pause", "admin page"),
    ]


async def test_nobody_puts_words_on_the_page_by_an_address(office: Office) -> None:
    async with office.browser() as browser:
        assert "Send me" not in (await browser.get("/admin/1?said=Send+me+the+token&seal=00")).text


async def test_lists_go_on_from_where_the_page_before_ended(office: Office, database: Database) -> None:
    await database.run(month, datetime.now(UTC))
    found: list[int] = []
    async with office.browser() as browser:
        path = "/admin/1/answers"
        while path:
            page = await browser.get(path)
            found += [int(number) for number in re.findall(r'href="/admin/1/answers/(\d+)"', page.text)]
            older = re.search(r'href="(\?before=\d+)">Earlier', page.text)
            path = f"/admin/1/answers{older[1]}" if older else ""
        assert (await browser.get("/admin/1/answers?before=x")).status == 400
        for days in ("since=yesterday", "since=2020-01-01", "since=9999-12&until=9999-12"):
            assert (await browser.get(f"/admin/1/usage?{days}")).status == 400
    assert found == sorted(found, reverse=True)
    assert len(found) == len(set(found)) > 200
    assert found[-1] == 1
