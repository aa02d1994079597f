"""Policies for tests: the one that comes with daicho, with something changed in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from authz.policy import POLICY_FILE, Policy
from authz.policy_text import without_proofs

TEXT = POLICY_FILE.read_text("utf-8")
ATTRIBUTE = re.compile(r"\b(?:caller|record|purpose|notification|certificate|extraction)\.\w+")


def changed(old: str, new: str) -> str:
    """The text with the first `old`, which must be there, replaced."""
    assert old in TEXT, old
    return TEXT.replace(old, new, 1)


def unproved(text: str, on_failure: Callable[[str], None] = lambda _code: None) -> Policy:
    """The policy without its proofs, to see what happens when nothing is noticed at the start."""
    return Policy(without_proofs(text), on_failure)


def attributes() -> Iterator[tuple[int, int]]:
    """Line and end of everything that a rule reads of a caller, a record, a purpose and whatever else."""
    start = 0
    for number, line in enumerate(TEXT.splitlines(keepends=True), 1):
        code = line.split("#")[0]
        yield from ((number, start + found.end()) for found in ATTRIBUTE.finditer(code))
        start += len(line)


def small() -> str:
    """A policy with one purpose for one department: all that it says is told within a second."""
    nobodys = re.sub(
        r'^(department|grantable)\(("[^"]+"), \[.*\]\);$', r"\1(\2, []);", without_proofs(TEXT), flags=re.M
    )
    return nobodys.replace('("市民生活部住民課", [])', '("市民生活部住民課", ["public_relations"])')
