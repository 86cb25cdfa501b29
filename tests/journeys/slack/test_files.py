"""Files beside messages on Slack: what reaches the model, and what people are told about the rest."""

import base64
import io
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter

from bots.service import Service
from bots.service import serving as serving_parley
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace, shown

pytestmark = pytest.mark.usefixtures("parley")


def picture(file_format: str = "PNG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "orange").save(buffer, file_format, **more)
    return buffer.getvalue()


def shared(name: str, content: bytes | str, mimetype: str = "application/octet-stream") -> dict[str, str]:
    data = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimetype": mimetype, "content": base64.b64encode(data).decode()}


async def ask(workspace: Workspace, *files: dict[str, str], text: str = "@Parley what is this?", **more: Any) -> str:
    return await workspace.say(ANN, text, files=list(files), **more)


async def settled(workspace: Workspace, ts: str, number: int = 1) -> str:
    """The answer in a thread, once it can be asked for another version."""

    async def look() -> str | None:
        replies = await workspace.replies(ts)
        done = len(replies) >= number and "reply_again" in str(replies[number - 1].get("blocks"))
        return shown(replies[number - 1]) if done else None

    return await until(look)


def said(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def images(message: dict[str, Any]) -> list[bytes]:
    parts = message["content"] if isinstance(message["content"], list) else []
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    return [base64.b64decode(url.partition("base64,")[2]) for url in urls]


async def test_a_text_file_is_given_to_the_model_in_a_fence_of_its_own(workspace: Workspace, model: Model) -> None:
    await model.will_say("A poem.")
    ts = await ask(workspace, shared("poem.md", "roses\n```\nviolets\n```\n"))
    assert await settled(workspace, ts) == "A poem."
    assert "File poem.md:\n````\nroses\n```\nviolets\n```\n\n````" in said((await model.messages())[-1])


async def test_an_image_is_given_to_the_model_whatever_its_name_says(workspace: Workspace, model: Model) -> None:
    await model.will_say("Orange.")
    ts = await ask(workspace, shared("photo.txt", picture("GIF"), "text/plain"))
    assert await settled(workspace, ts) == "Orange."
    (image,) = images((await model.messages())[-1])
    assert Image.open(io.BytesIO(image)).size == (60, 40)
    assert "[Image: photo.txt]" in said((await model.messages())[-1])


async def test_a_file_alone_is_a_question(workspace: Workspace, model: Model) -> None:
    await model.will_say("Orange.")
    ts = await ask(workspace, shared("photo.png", picture()), text="", channel="D0ANN00001")

    async def answered() -> bool:
        return bool(await workspace.replies(ts, "D0ANN00001"))

    await until(answered)
    assert images((await model.messages())[-1])


async def test_files_of_earlier_messages_stay_in_the_conversation(workspace: Workspace, model: Model) -> None:
    ts = await ask(workspace, shared("plan.csv", "day,task\nMonday,bake"), shared("photo.png", picture()))
    await settled(workspace, ts)
    await model.will_say("Bake.")
    await workspace.say(BEN, "and on Monday?", thread_ts=ts)
    assert await settled(workspace, ts, 2) == "Bake."
    first, *_, last = (await model.messages())[1:]
    assert "Monday,bake" in said(first)
    assert images(first)
    assert images(last) == []


async def test_files_from_before_parley_was_called_are_read_too(workspace: Workspace, model: Model) -> None:
    ts = await workspace.say(BEN, "look", files=[shared("notes.txt", "the oven is broken")])
    await workspace.say(ANN, "@Parley what is broken?", thread_ts=ts)
    await settled(workspace, ts)
    assert "the oven is broken" in said((await model.messages())[-1])


async def test_a_pdf_is_read(workspace: Workspace, model: Model) -> None:
    ts = await ask(workspace, shared("menu.pdf", pdf_saying("Rye bread 4 francs")))
    await settled(workspace, ts)
    assert "Rye bread 4 francs" in said((await model.messages())[-1])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("app.zip", b"PK\x03\x04\x00\x00", "a kind of file that I cannot read"),
        ("empty.txt", b"", "empty"),
        ("broken.png", b"\x89PNG\r\n\x1a\nxxxx", "damaged"),
        ("scan.pdf", None, "a PDF without text, perhaps a scan"),
    ],
)
async def test_what_cannot_be_read_is_said_in_one_line_and_the_question_is_answered(
    workspace: Workspace, model: Model, name: str, content: bytes | None, reason: str
) -> None:
    await model.will_say("I see.")
    ts = await ask(workspace, shared(name, blank_pdf() if content is None else content))
    assert await settled(workspace, ts) == f"I see.\n\n_Left out: `{name}` ({reason})._"
    assert f"[File left out: {name} ({reason})]" in said((await model.messages())[-1])


async def test_a_page_to_sign_in_on_is_never_taken_for_the_file(workspace: Workspace, model: Model) -> None:
    scopes = [scope for scope in (await workspace.get("/control/rules"))["scopes"] if scope != "files:read"]
    await workspace.patch("/control/rules", scopes=scopes)
    await model.will_say("I see.")
    ts = await ask(workspace, shared("photo.png", picture()))
    assert await settled(workspace, ts) == "I see.\n\n_Left out: `photo.png` (I am not allowed to fetch it)._"


async def test_a_shared_web_page_is_read_as_the_text_that_it_is(workspace: Workspace, model: Model) -> None:
    ts = await ask(workspace, shared("page.html", "<!DOCTYPE html><p>Bonjour", "text/html"))
    await settled(workspace, ts)
    assert "<p>Bonjour" in said((await model.messages())[-1])


async def test_a_file_that_slack_only_names_is_asked_for(workspace: Workspace, model: Model) -> None:
    ts = await ask(workspace, shared("notes.txt", "from our partners"))
    await settled(workspace, ts)
    file_id = (await workspace.state())["messages"][GENERAL][-2]["files"][0]["id"]
    withheld = {"files": [{"id": file_id, "mode": "file_access", "file_access": "check_file_info"}]}
    await model.will_say("Seen.")
    ts = await workspace.say(ANN, "@Parley and this?", event=withheld)
    assert await settled(workspace, ts) == "Seen."
    assert "from our partners" in said((await model.messages())[-1])


@pytest.mark.parametrize("url", ["https://evil.example/x", "http://files.slack.com/x", "http://127.0.0.1:1/x"])
async def test_a_token_never_leaves_for_another_host(workspace: Workspace, model: Model, url: str) -> None:
    event = {"files": [{"id": "F1", "name": "x.txt", "size": 3, "url_private": url}]}
    await model.will_say("I see.")
    ts = await workspace.say(ANN, "@Parley and this?", event=event)
    assert await settled(workspace, ts) == "I see.\n\n_Left out: `x.txt` (kept outside this platform)._"


async def test_a_file_that_is_declared_too_large_is_not_fetched(workspace: Workspace, model: Model) -> None:
    event = {
        "files": [{"id": "F1", "name": "film.mov", "size": 900_000_000, "url_private": "https://files.slack.com/x"}]
    }
    await model.will_say("I see.")
    ts = await workspace.say(ANN, "@Parley and this?", event=event)
    assert await settled(workspace, ts) == "I see.\n\n_Left out: `film.mov` (too large)._"


async def test_a_model_that_refuses_images_is_asked_without_them_once_and_for_all(
    workspace: Workspace, model: Model
) -> None:
    error = {"error": {"message": "This model does not support image input.", "code": "invalid_request"}}
    await model.post("/control/answers", status=400, body=error)
    await model.will_say("I cannot see it.")
    ts = await ask(workspace, shared("photo.png", picture()))
    told = "I cannot see it.\n\n_Left out: `photo.png` (the model cannot look at it)._"
    assert await settled(workspace, ts) == told
    await model.will_say("I cannot see it.")
    ts = await ask(workspace, shared("photo.png", picture()))
    assert await settled(workspace, ts) == told
    assert [bool(images(body["messages"][-1])) for body in await model.requests()] == [True, False, False]


async def test_a_model_that_is_known_to_take_no_images_is_never_sent_one(
    workspace: Workspace, model: Model, parley: Service, settings: Settings
) -> None:
    await parley.stop()
    blind = settings.model_copy(update={"vision": "off"})
    async with serving_parley(blind, frozenset({Platform.SLACK})):
        await model.will_say("I cannot see it.")
        ts = await ask(workspace, shared("photo.png", picture()))
        assert "the model cannot look at it" in await settled(workspace, ts)
    assert not images((await model.messages())[-1])


async def test_a_message_is_acknowledged_before_its_files_are_there(
    workspace: Workspace, model: Model, parley: Service
) -> None:
    await workspace.fault("file", "slow", delay_s=0.5)
    ts = await ask(workspace, shared("notes.txt", "late but there"))

    async def acknowledged() -> bool:
        sent = await workspace.get("/control/events-sent")
        return bool(sent) and all(event["acked"] for event in sent)

    await until(acknowledged, 0.4)
    await settled(workspace, ts)
    assert "late but there" in said((await model.messages())[-1])


async def test_a_deleted_message_takes_its_files_with_it(workspace: Workspace, model: Model) -> None:
    ts = await ask(workspace, shared("plan.txt", "first plan"))
    await settled(workspace, ts)
    second = await workspace.say(ANN, "and this", thread_ts=ts, files=[shared("secret.txt", "the safe's code")])
    await settled(workspace, ts, 2)
    await workspace.delete(f"/control/messages?channel={GENERAL}&ts={second}&user={ANN}")
    await workspace.say(ANN, "so?", thread_ts=ts)
    await settled(workspace, ts, 3)
    assert "safe's code" in str((await model.requests())[-2])
    assert "safe's code" not in str((await model.requests())[-1])


def blank_pdf() -> bytes:
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(buffer)
    return buffer.getvalue()


def pdf_saying(text: str) -> bytes:
    """A PDF of one page with one line, as the format's reference describes the least of them (ISO 32000-2, annex H)."""
    stream = f"BT /F1 12 Tf 20 50 Td ({text}) Tj ET".encode()
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    file = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return file + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(file),
    )
