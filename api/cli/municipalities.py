"""Whose work a command does: where a server holds several municipalities, `--municipality` names one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click

from domain.errors import Code, Refusal

Function = TypeVar("Function", bound=Callable[..., Any])

_NAMED: Final = "daicho.municipality"


def of_one_municipality(command: Function) -> Function:
    """The option `--municipality` of a command whose work is one municipality's; `municipality_of` reads it."""
    option = click.option(
        "--municipality",
        metavar="CODE",
        expose_value=False,
        callback=_remember,
        help="Whose, where this server holds several. / 団体コード",
    )
    return option(command)


def _remember(context: click.Context, _option: click.Parameter, code: str | None) -> None:
    context.meta[_NAMED] = code


def municipality_of(context: click.Context, codes: Sequence[str]) -> str:
    """The one that was named, or the only one; the first for a command that works for all of them.

    Raises `Refusal` (INVALID_INPUT), which names those there are.
    """
    named: str | None = context.meta[_NAMED] if _NAMED in context.meta else codes[0]
    if named is None and len(codes) == 1:
        return codes[0]
    if named is None or named not in codes:
        raise _not_one_of(codes)
    return named


def _not_one_of(codes: Sequence[str]) -> Refusal:
    held = ", ".join(codes)
    return Refusal(
        Code.INVALID_INPUT,
        names=("municipality",),
        detail=(
            f"Name one of the municipalities of this server with --municipality: {held}.",
            f"このサーバーの団体コードのいずれかを --municipality で指定してください：{held}",
        ),
    )
