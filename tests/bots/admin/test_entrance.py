"""Who gets in, over HTTP: with the token alone, for a time, and never through another page."""

import re
from datetime import timedelta

from pydantic import SecretStr

from bots.admin.guesses import A_MINUTE, Guesses
from bots.admin.visits import SESSION
from bots.commands import serve
from bots.readiness import Found
from bots.service import Role
from core import settings
from storage.database import Database
from tests.bots.admin.office import TOKEN, Office, administering, seen

PAGES = ("", "/usage", "/personas", "/schedules", "/answers", "/answers/1", "/audit")
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "http://127.0.0.1:1"},
)


async def test_nothing_is_shown_before_the_token_is(office: Office) -> None:
    async with office.browser(inside=False) as browser:
        for path in ("", "/", "/health", *(f"/1{page}" for page in PAGES), "/nothing"):
            answer = await browser.get(f"/admin{path}", follow=False)
            assert (answer.status, answer.headers["Location"]) == (303, "/admin/login"), path
        page = await browser.get("/admin/")
        assert "Bakery" not in page.text
        assert "Token" in seen(page.text)


async def test_every_answer_has_the_headers_that_keep_other_pages_out(office: Office) -> None:
    async with office.browser() as browser:
        for path in ("/", "/health", "/1", "/1/answers/1", "/nothing", "/1/schedules/x"):
            headers = (await browser.get(f"/admin{path}")).headers
            assert {name: headers.get(name) for name in SECURITY} == SECURITY, path
        static = (await browser.get("/admin/static/charts.js")).headers
        assert (static["Cache-Control"], static["X-Content-Type-Options"]) == ("no-cache", "nosniff")


async def test_no_page_has_a_script_or_a_style_within_it(office: Office) -> None:
    async with office.browser() as browser:
        for path in ("/", "/health", *(f"/1{page}" for page in PAGES)):
            text = (await browser.get(f"/admin{path}")).text
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)|javascript:|https?://", text), path


async def test_the_cookie_is_for_this_page_alone_and_is_secure_where_the_page_is(office: Office) -> None:
    async with office.browser(inside=False) as browser:
        form = await browser.form("/admin/login")
        headers = {"X-Forwarded-Proto": "https"}
        answer = await browser.post("/admin/login", follow=False, headers=headers, token=TOKEN, form=form)
        cookies = answer.headers.getall("Set-Cookie")  # type: ignore[attr-defined]
        assert len(cookies) == 2
        assert all(part in cookie for cookie in cookies for part in ("HttpOnly", "SameSite=Strict", "Path=/admin"))
        assert all("Secure" in cookie for cookie in cookies)
    async with office.browser(inside=False) as browser:
        answer = await browser.post("/admin/login", follow=False, token=TOKEN, form=await browser.form("/admin/login"))
        assert "Secure" not in answer.headers["Set-Cookie"]


async def test_logging_in_changes_the_cookie_and_logging_out_ends_it_everywhere(office: Office) -> None:
    async with office.browser(inside=False) as browser:
        await browser.get("/admin/login")
        before = browser.cookie
        await browser.log_in()
        inside = browser.cookie
        assert inside not in ("", before)
        answer = await browser.post("/admin/logout", form=await browser.form())
        assert "Token" in seen(answer.text)
        stolen = await browser.get("/admin/1", follow=False, Cookie=f"parley_admin={inside}")
        assert stolen.status == 303


async def test_a_session_ends_by_itself_and_with_the_token(office: Office, database: Database) -> None:
    async with office.browser() as browser:
        office.clock.pass_by(SESSION - timedelta(seconds=1))
        assert (await browser.get("/admin/1", follow=False)).status == 200
        async with administering(database, "another token of the operator") as changed:
            other = await browser.get("/admin/1", follow=False, base=changed.url)
            assert other.status == 303
        office.clock.pass_by(timedelta(seconds=2))
        assert (await browser.get("/admin/1", follow=False)).status == 303


async def test_guessing_is_slowed_down_and_whoever_was_in_before_gets_in_all_the_same(office: Office) -> None:
    async with office.browser() as owner, office.browser(inside=False) as stranger:
        form = await stranger.form("/admin/login")
        tried = [await stranger.post("/admin/login", token=f"{TOKEN}{n}", form=form) for n in range(A_MINUTE)]
        assert tried[0].status == 403
        assert "That is not the token." in seen(tried[0].text)
        assert tried[-1].status == 429
        right = await stranger.post("/admin/login", token=TOKEN, form=form)
        assert (right.status, right.headers["Retry-After"]) == (429, "10")
        await owner.post("/admin/logout", form=await owner.form())
        assert (await owner.log_in()).status == 200


def test_whoever_waits_may_try_again_and_an_ipv6_network_is_one_address() -> None:
    moments = [0.0]
    guesses = Guesses(lambda: moments[0])
    assert [guesses.may_try("2001:db8::1", "") for _ in range(A_MINUTE + 1)] == [True] * A_MINUTE + [False]
    assert not guesses.may_try("2001:db8::2:3", "")
    assert guesses.may_try("2001:db8:0:1::1", "")
    assert guesses.may_try("::ffff:192.0.2.1", "")
    assert guesses.may_try("2001:db8::1", "known")
    moments[0] = 10.0
    assert [guesses.may_try("2001:db8::1", "") for _ in range(2)] == [True, False]


async def test_what_another_page_sends_changes_nothing(office: Office) -> None:
    async with office.browser() as browser:
        form = await browser.form("/admin/1/schedules")
        for headers in FOREIGN:
            answer = await browser.post("/admin/1/schedules/1/pause", headers=headers, form=form)
            assert answer.status == 403, headers
        assert "Resume" not in (await browser.get("/admin/1/schedules")).text


async def test_a_form_is_of_one_visit_and_comes_as_a_form(office: Office) -> None:
    path = "/admin/1/schedules/1/pause"
    async with office.browser() as browser, office.browser() as other:
        own = await browser.form("/admin/1/schedules")
        for wrong in ("", "0" * 64, await other.form("/admin/1/schedules"), "é", own[:-1]):
            assert (await browser.post(path, form=wrong)).status == 403
        assert (await browser.post(path, headers={"Content-Type": "text/plain"}, form=own)).status == 403
        assert (await browser.post(path, form=own, more="x" * 20_000)).status == 413
        assert (await browser.get(path)).status == 405
        assert "Resume" not in (await browser.get("/admin/1/schedules")).text
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
        assert "Resume" in (await browser.post(path, headers=headers, form=own)).text


def test_without_a_token_and_in_a_worker_there_is_no_admin_page(database: Database) -> None:
    without = settings.load(None)
    loaded = without.model_copy(update={"admin_token": SecretStr(TOKEN)})
    assert serve.admin_page(without, database, Role.EVERYTHING)(_no_parts) == {}
    assert serve.admin_page(loaded, database, Role.WORKER)(_no_parts) == {}
    assert list(serve.admin_page(loaded, database, Role.LISTENER)(_no_parts)) == ["/admin"]


async def _no_parts() -> dict[str, Found]:
    return {}
