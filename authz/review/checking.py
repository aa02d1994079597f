"""Is this a policy that the service may start with, and that a reviewer can read? All that is wrong, with lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from authz.policy import Policy, PolicyError
from authz.policy_statements import statements
from authz.review.lint import LINT

_LINE = re.compile(r"\bline (\d+)")


class Finding(NamedTuple):
    """What is wrong in which line (0 where it is in none), what to do about it, in English and Japanese."""

    line: int
    what: str
    advice: str
    advice_ja: str


_ADVICE: dict[str, tuple[str, str]] = {
    "untyped": ("give the parameter its type", "引数に型を付けてください"),
    "misnamed": ("name the parameter for what it is", "引数の名前を型に合わせてください"),
    "wildcards": ("say whom or what you mean, by name", "対象を名前で指定してください"),
    "compares_nulls": ("compare an attribute with a value that you write", "属性は、値と比較してください"),
    "unfounded": (
        "give each rule one id, a legal basis and a text, and name it where it applies",
        "規則には、識別子、根拠法令、説明を付け、使う箇所で名指ししてください",
    ),
}
_SAID: tuple[tuple[str, tuple[str, str]], ...] = (
    ("proofs of the policy fail", ("mend the rules, or the proof", "規則又は証明を直してください")),
    (
        "names what there is not",
        ("spell it as the register and the policy do", "台帳とポリシーの綴りに合わせてください"),
    ),
    (
        "item classes of the policy",
        ("list every item once, in its class", "全項目を、その区分に一度ずつ挙げてください"),
    ),
    ("lead back to themselves", ("let no rule ask itself", "規則が自らを参照しないようにしてください")),
    ("twice", ("list it once, with all that is said of it", "一つの項目は、一度だけ挙げてください")),
    (
        "leaves open",
        ("say whom or what you mean, by name", "対象を名前で指定してください"),
    ),
    (
        "no department is listed with",
        ("list it as the department's, or as grantable", "部署の事務又は付与できる事務として挙げてください"),
    ),
    ("no rule is called", ("ask only rules that the policy defines", "このポリシーの規則だけを参照してください")),
    ("there is no class", ("use the classes that the file's head lists", "冒頭に掲げた型だけを使ってください")),
    ("there is no", ("read only the facts that the file's head lists", "冒頭に掲げた事実だけを参照してください")),
    ("", ("mend what Oso says", "Oso の指摘箇所を直してください")),
)
"""What to do, by what the refusal says; the first that fits."""


def findings(text: str) -> list[Finding]:
    """Everything that is wrong with a policy; empty when nothing is."""
    return sorted({*_refused(text), *_linted(text)})


def _refused(text: str) -> Iterator[Finding]:
    try:
        Policy(text)
    except PolicyError as error:
        head, _, rest = str(error).partition(": ")
        advice = next(advice for said, advice in _SAID if said in str(error))
        for what in rest.split("; ") if _LINE.search(rest) else [rest]:
            line = _LINE.search(what)
            told = f"{head}: {what}" if what else head
            yield Finding(int(line[1]) if line else _line_of(text, rest), told, *advice)


def _linted(text: str) -> Iterator[Finding]:
    for rule in LINT:
        yield from (Finding(*found, *_ADVICE[rule.__name__]) for found in rule(text))


def _line_of(text: str, names: str) -> int:
    """Where the first of some names stands last before the proofs."""
    name = re.split(r",? ", names, maxsplit=1)[0]
    words = (token for one in statements(text) if not one.is_proof for token in one.tokens)
    return max((word.line for word in words if word.text in (name, f'"{name}"')), default=0)
