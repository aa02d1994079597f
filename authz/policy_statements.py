"""The policy's text taken apart as Oso takes it: tokens, and the facts, rules and proofs that they make.

Whoever looks at the text looks at it through this, whatever the indentation and however many stand on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

PROOF = "?="
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|\n|[^\W\d]\w*(?:::\w+)*|\d+(?:\.\d+)?|\?=|:=|[=!<>]=|[^\S\n]+|.')
_OPENING: Mapping[str, str] = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(_OPENING.values())


class Token(NamedTuple):
    """A word, a text or a sign of the policy, and where it begins."""

    text: str
    start: int
    line: int

    @property
    def is_text(self) -> bool:
        """Whether it is a text in quotes."""
        return self.text.startswith('"') and len(self.text) > 1

    @property
    def is_name(self) -> bool:
        """Whether it is a word: of a rule, a class, a variable, an attribute, or one of Polar's own."""
        return self.text.isidentifier()

    @property
    def said(self) -> str:
        """The text without its quotes."""
        return self.text[1:-1]


class Placed(NamedTuple):
    """A token with the place where it stands: in which call, or class (`new Caller(...)`), as which argument.

    `call` is empty where it stands in none. `key` names the argument where it is named; `first` is where the outermost
    list begins that it stands in, or it itself.
    """

    at: int
    call: str
    argument: int
    key: str
    first: int


@dataclass(frozen=True)
class Statement:
    """A fact, a rule or a proof, up to its semicolon; comments are none of its tokens."""

    text: str
    start: int
    tokens: tuple[Token, ...]

    @property
    def line(self) -> int:
        """Where it begins, counted from 1."""
        return self.tokens[0].line

    @property
    def end(self) -> int:
        """The place in the policy after its semicolon."""
        return self.start + len(self.text)

    @property
    def is_proof(self) -> bool:
        """Whether it is a proof (`?= query;`)."""
        return self.tokens[0].text == PROOF

    @property
    def name(self) -> str:
        """What the fact or rule is called; empty where it is neither."""
        named = len(self.tokens) > 1 and self.tokens[0].is_name and self.tokens[1].text == "("
        return self.tokens[0].text if named else ""

    @cached_property
    def parameters(self) -> list[str]:
        """The parameters of the fact or rule, as they are written."""
        parts: list[list[Token]] = [[]]
        for token, depth in _depths(self.tokens[: self._head_ends]):
            if depth == 1 and token.text == ",":
                parts.append([])
            elif depth:
                parts[-1].append(token)
        return [self._written(part) for part in (parts[0][1:], *parts[1:]) if part]

    @property
    def body(self) -> tuple[Token, ...]:
        """What follows the head."""
        return self.tokens[self._head_ends + 1 :]

    @cached_property
    def _head_ends(self) -> int:
        closed = (at for at, (_, depth) in enumerate(_depths(self.tokens)) if at and not depth)
        return next(closed, len(self.tokens))

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Every token that is no bracket or comma of a call, with its place."""
        return tuple(_placed(self.tokens))

    def _written(self, tokens: Sequence[Token]) -> str:
        last = tokens[-1]
        return " ".join(self.text[tokens[0].start - self.start : last.start + len(last.text) - self.start].split())


@lru_cache(maxsize=4)
def tokens(text: str) -> tuple[Token, ...]:
    """Every token; comments and spaces are none."""
    found, line = [], 1
    for one in _TOKEN.finditer(text):
        word = one.group()
        if word == "\n":
            line += 1
        elif not word.isspace() and not word.startswith("#"):
            found.append(Token(word, one.start(), line))
    return tuple(found)


@lru_cache(maxsize=4)
def statements(text: str) -> tuple[Statement, ...]:
    """Every statement; what stands after the last semicolon is none."""
    return tuple(_statements(text))


def _statements(text: str) -> Iterator[Statement]:
    pending: list[Token] = []
    for token in tokens(text):
        pending.append(token)
        if token.text == ";":
            start = pending[0].start
            yield Statement(text[start : token.start + 1], start, tuple(pending))
            pending = []


def _depths(found: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    """How many brackets are open at each token, itself included where it opens one."""
    depth = 0
    for token in found:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        yield token, depth


class _Frame:
    """An open bracket: of a call or class, of a list in it, or one that only groups."""

    def __init__(self, call: str, first: int | None) -> None:
        self.call = call
        self.first = first
        self.argument = 0
        self.key = ""


def _placed(found: Sequence[Token]) -> Iterator[Placed]:
    frames = [_Frame("", None)]
    for at, token in enumerate(found):
        frame = frames[-1]
        if token.text in _CLOSING and len(frames) > 1:
            frames.pop()
        elif token.text in _OPENING:
            frames.append(_opened(found, at, frame))
        elif token.text == "," and frame.first is None and frame.call:
            frame.argument, frame.key = frame.argument + 1, ""
        elif token.text == ":" and frame.first is None:
            frame.key = found[at - 1].text
        else:
            yield Placed(at, frame.call, frame.argument, frame.key, at if frame.first is None else frame.first)


def _opened(found: Sequence[Token], at: int, frame: _Frame) -> _Frame:
    """A list stands where it begins; a bracket after a name is a call's or a class's; any other groups."""
    if found[at].text == "[":
        inner = _Frame(frame.call, at if frame.first is None else frame.first)
        inner.argument, inner.key = frame.argument, frame.key
        return inner
    before = found[at - 1] if at else None
    return _Frame(before.text if before and before.is_name and before.text not in _WORDS else "", None)


_WORDS = frozenset({"and", "or", "not", "if", "in", "new", "matches"})
"""Names after which a bracket only groups."""
