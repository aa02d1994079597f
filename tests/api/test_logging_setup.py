"""What the operations' log says, and what it never says."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

NUMBER = "123456789018"
NAME = "鈴木花子"

PRELUDE = f"""
import asyncio, gc, logging, sys, threading, warnings
import structlog
from api.logging_setup import configure
configure()
NUMBER, NAME = {NUMBER!r}, {NAME!r}
class Holding(Exception):
    sqlstate = "23505"
def fail():
    local_number = NUMBER
    raise Holding(f"Key (number)=({{NUMBER}}) already exists, {{NAME}}")
"""


def lines_of(program: str, *, status: int = 0) -> list[dict[str, object]]:
    """What a program that set up the log wrote: every line is JSON, and none holds the number or the name."""
    command = [sys.executable, "-c", PRELUDE + program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    for hidden in (NUMBER, NAME):
        assert hidden not in done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert not any(hidden in json.dumps(lines, ensure_ascii=False) for hidden in (NUMBER, NAME))
    return lines


def only(lines: list[dict[str, object]]) -> dict[str, object]:
    (line,) = lines
    return line


def types_in(line: dict[str, object]) -> list[str]:
    exception = line["exception"]
    assert isinstance(exception, list)
    return [each["type"] for each in exception]


def test_an_event_is_one_line_of_json_with_its_time_and_level() -> None:
    line = only(lines_of("structlog.get_logger().info('access', path='Query.residents', position=3)"))
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {"event": "access", "level": "info", "path": "Query.residents", "position": 3}


@pytest.mark.holds("D-02")
def test_an_exception_is_told_by_type_state_and_places_without_its_text_or_locals() -> None:
    program = """
try:
    try:
        fail()
    except Holding as error:
        raise ValueError(NUMBER) from error
except ValueError:
    structlog.get_logger().exception('request failed')
"""
    line = only(lines_of(program))
    assert types_in(line) == ["builtins.ValueError", "__main__.Holding"]
    assert "'sqlstate': '23505'" in str(line["exception"])
    assert ":fail'" in str(line["exception"])


@pytest.mark.holds("D-02")
@pytest.mark.parametrize(
    "program",
    [
        "try:\n    fail()\nexcept Holding as error:\n    structlog.get_logger().error('failed', exc_info=error)",
        "try:\n    fail()\nexcept Holding:\n    logging.getLogger('api.x').exception('failed')",
        "try:\n    fail()\nexcept Holding:\n    logging.getLogger('uvicorn.error').exception('failed')",
        "threading.Thread(target=fail).start()",
        "async def lost():\n    task = asyncio.create_task(asyncio.to_thread(fail))\n    await asyncio.wait([task])\n"
        "asyncio.run(lost())\ngc.collect()",
        "class Dying:\n    def __del__(self):\n        fail()\nDying()",
    ],
    ids=["an error given", "our logger", "uvicorn's logger", "a thread", "a lost task", "a finaliser"],
)
def test_no_way_to_log_an_exception_tells_what_it_holds(program: str) -> None:
    assert types_in(only(lines_of(program))) == ["__main__.Holding"]


@pytest.mark.holds("D-02")
def test_a_program_that_dies_of_an_exception_does_not_tell_what_it_holds() -> None:
    assert types_in(only(lines_of("fail()", status=1))) == ["__main__.Holding"]


@pytest.mark.holds("D-02")
def test_the_members_of_an_exception_group_are_told_without_their_texts() -> None:
    program = """
try:
    raise ExceptionGroup(NAME, [ValueError(NUMBER), KeyError(NAME)])
except ExceptionGroup:
    structlog.get_logger().exception('failed')
"""
    told = str(only(lines_of(program))["exception"])
    assert "builtins.ValueError" in told
    assert "builtins.KeyError" in told


@pytest.mark.holds("D-02")
@pytest.mark.parametrize(
    "program",
    [
        "logging.getLogger('asyncpg').error('duplicate: ' + NUMBER)",
        "logging.getLogger('httpx').warning('GET %s', NUMBER)",
        "warnings.warn(NAME)",
        "logging.getLogger('uvicorn.error').info('%s connected', NUMBER)",
        "logging.getLogger('api.x').info('%d %d', NUMBER)",
    ],
)
def test_a_library_s_message_is_withheld(program: str) -> None:
    lines_of(program)


def test_a_message_of_our_own_is_told() -> None:
    program = "logging.getLogger('persistence.ledger_store').error('ledger not written: %s', 'TimeoutError')"
    line = only(lines_of(program))
    assert (line["event"], line["logger"]) == ("ledger not written: TimeoutError", "persistence.ledger_store")


@pytest.mark.holds("D-02")
def test_of_a_value_that_json_does_not_know_only_the_type_is_told() -> None:
    line = only(lines_of("structlog.get_logger().info('x', value=Holding(NUMBER))"))
    assert line["value"] == "__main__.Holding"


@pytest.mark.holds("B-07")
def test_the_access_log_of_uvicorn_is_off() -> None:
    program = "logging.getLogger('uvicorn.access').info('%s', f'GET /graphql?number={NUMBER}')"
    assert lines_of(program) == []
