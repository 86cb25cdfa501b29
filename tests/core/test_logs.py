import errno
import io
import json
import logging
import warnings
from typing import Any

import pytest
import structlog

from core import logs, settings

DISCORD_TOKEN = f"{'M' * 26}.Gabcde.{'x' * 38}"


pytestmark = pytest.mark.usefixtures("environment", "own_logs")


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def set_up(stream: io.StringIO, **given: Any) -> None:
    logs.set_up(settings.load(None, **given), stream)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_outside_a_terminal_a_record_is_a_line_of_json(stream: io.StringIO) -> None:
    set_up(stream)
    structlog.get_logger().info("reply.settled", state="done")
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["state"]) == ("reply.settled", "info", "done")
    assert line["timestamp"].endswith("Z")


def test_text_can_be_asked_for(stream: io.StringIO) -> None:
    set_up(stream, PARLEY_LOG_FORMAT="text")
    structlog.get_logger().info("reply.settled", state="done")
    assert "reply.settled" in stream.getvalue()
    assert "state=done" in stream.getvalue()


def test_what_is_bound_to_a_turn_is_in_its_records(stream: io.StringIO) -> None:
    set_up(stream)
    with structlog.contextvars.bound_contextvars(reply=12):
        structlog.get_logger().info("reply.started")
    assert lines(stream)[0]["reply"] == 12


def test_a_line_that_cannot_be_written_is_lost_and_nothing_fails() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "no space left on device")

        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "no space left on device")

    set_up(Full())
    structlog.get_logger().warning("model.failed")
    set_up(stream := io.StringIO())
    structlog.get_logger().warning("model.failed")
    assert len(lines(stream)) == 1


def test_records_below_the_level_are_left_out(stream: io.StringIO) -> None:
    set_up(stream, PARLEY_LOG_LEVEL="warning")
    structlog.get_logger().info("reply.started")
    structlog.get_logger().warning("model.failed")
    assert [line["event"] for line in lines(stream)] == ["model.failed"]


def test_libraries_are_heard_from_warnings_on(stream: io.StringIO) -> None:
    set_up(stream, PARLEY_LOG_LEVEL="debug")
    for name in ("slack_bolt", "slack_sdk", "discord", "aiohttp", "openai", "httpx2"):
        logging.getLogger(name).info("quiet")
        logging.getLogger(name).warning("from %s", name)
    assert [line["event"] for line in lines(stream)] == [
        f"from {name}" for name in ("slack_bolt", "slack_sdk", "discord", "aiohttp", "openai", "httpx2")
    ]
    assert lines(stream)[0]["logger"] == "slack_bolt"


def test_pythons_own_warnings_are_records_too(stream: io.StringIO) -> None:
    set_up(stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old ways", DeprecationWarning, stacklevel=1)
    assert "old ways" in lines(stream)[0]["event"]


def test_setting_up_twice_writes_each_record_once(stream: io.StringIO) -> None:
    set_up(stream)
    set_up(stream)
    logging.getLogger("discord").warning("once")
    assert len(lines(stream)) == 1


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize(
    "secret", ["xoxb-12345-abcDEF", "xapp-1-A1-2-abcdef", "sk-proj-abc_DEF-123", "Bearer abc.def-ghi", DISCORD_TOKEN]
)
def test_a_secret_is_masked_wherever_it_stands(stream: io.StringIO, form: str, secret: str) -> None:
    set_up(stream, PARLEY_LOG_FORMAT=form)
    log = structlog.get_logger()
    log.info(secret, plain=secret, nested={"headers": [secret]})
    logging.getLogger("aiohttp").error("refused %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("broke")
    assert secret not in stream.getvalue()
    assert secret.removeprefix("Bearer ")[5:] not in stream.getvalue()
    assert stream.getvalue().count("***") >= 5


def test_ordinary_words_are_not_masked(stream: io.StringIO) -> None:
    set_up(stream)
    structlog.get_logger().info("task-list of risk-takers", file="disk-usage.txt", bearer="of news", at="10.5.1")
    assert "***" not in stream.getvalue()


def test_an_unforeseen_error_is_logged_with_its_traceback_as_json(stream: io.StringIO) -> None:
    set_up(stream)
    logs.unforeseen("command.broke", ZeroDivisionError("by zero"))
    assert "ZeroDivisionError: by zero" in lines(stream)[0]["exception"]


@pytest.mark.parametrize(("level", "shown"), [("info", False), ("debug", True)])
def test_a_person_at_a_terminal_sees_a_traceback_only_when_debugging(
    stream: io.StringIO, level: str, shown: bool
) -> None:
    set_up(stream, PARLEY_LOG_FORMAT="text", PARLEY_LOG_LEVEL=level)
    try:
        raise ZeroDivisionError("by zero")
    except ZeroDivisionError as error:
        logs.unforeseen("command.broke", error)
    assert ("Traceback" in stream.getvalue()) is shown


def test_the_level_of_each_record_is_told(stream: io.StringIO) -> None:
    heard: list[str] = []
    logs.set_up(settings.load(None), stream, heard.append)
    structlog.get_logger().debug("reply.looked_at")
    structlog.get_logger().info("reply.started")
    structlog.get_logger().error("reply.broke")
    logging.getLogger("discord").warning("slow")
    assert heard == ["info", "error", "warning"]
