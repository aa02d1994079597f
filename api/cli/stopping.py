"""How a command ends when it is refused: its reason in English and Japanese on standard error, and status 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
import structlog

from api.logging_setup import without_values
from api.settings import SettingsError
from authz.policy import PolicyError
from domain.errors import Refusal

_FAILED = (
    "Something went wrong inside; the line above says where.",
    "内部エラーが発生しました。発生箇所は上の行のとおりです。",
)


@contextmanager
def stopping_at_refusals() -> Iterator[None]:
    """End the command with the message of what it was refused for."""
    try:
        yield
    except Refusal as refusal:
        _stop(_with_names(refusal.message, refusal), _with_names(refusal.message_ja, refusal))
    except SettingsError as error:
        _stop(str(error), error.message_ja)
    except PolicyError as error:
        _stop(str(error), "ポリシーに誤りがあるため、起動できません。")
    except Exception as error:  # noqa: BLE001 - its text may hold data: only its types and places are told
        structlog.get_logger().error("internal", error=without_values(error))
        _stop(*_FAILED)


def _with_names(message: str, refusal: Refusal) -> str:
    untold = ", ".join(name for name in refusal.names if name not in message)
    return f"{message} ({untold})" if untold else message


def _stop(*messages: str) -> NoReturn:
    for message in messages:
        click.echo(f"daicho: {message}", err=True)
    raise SystemExit(1)
