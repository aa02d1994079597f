"""`daicho certifiers` in real processes, beside the service."""

from __future__ import annotations

import pytest

from tests.commands import Running
from tests.village import CODE

pytestmark = pytest.mark.holds("S1-05")

MAYOR = ("--role", "mayor", "--title", "北海道苫小牧市長", "--name", "架空　次郎")
ACTING = ("--role", "acting", "--title", "北海道苫小牧市長職務代理者　苫小牧市副市長", "--name", "仮名　三郎")


def listed(demonstration: Running) -> list[str]:
    """The terms that there are."""
    return demonstration.command("certifiers", "list").lines


def test_the_demonstration_has_a_made_up_mayor_who_certifies_and_one_who_acted_for_her_once(
    demonstration: Running,
) -> None:
    lines = listed(demonstration)

    assert [line.startswith(f"{CODE}  * ") for line in lines[:2]] == [True, False]
    assert [line.rpartition("  ")[2] for line in lines[:2]] == ["見本　太郎", "例示　花子"]


def test_a_term_is_entered_listed_and_ended_and_each_command_stands_in_the_ledger(demonstration: Running) -> None:
    (id_,) = demonstration.command("certifiers", "add", *ACTING, "--from", "2031-05-01", "--until", "2031-05-31").lines
    (line,) = [one for one in listed(demonstration) if id_ in one]
    assert line.split()[1:6] == [id_, "2031-05-01", "–", "2031-05-31", "職務代理者"]

    assert demonstration.command("certifiers", "end", id_, "--on", "2031-05-09").lines == []
    (line,) = [one for one in listed(demonstration) if id_ in one]
    assert line.split()[4] == "2031-05-09"

    entries = [one for one in demonstration.ledger() if str(one["path"]).startswith("daicho certifiers")]
    changes = [one for one in entries if id_ in str(one["groups"])]
    assert [(one["kind"], one["path"]) for one in changes] == [
        ("CHANGE", "daicho certifiers add"),
        ("CHANGE", "daicho certifiers end"),
    ]
    assert "仮名" not in str(entries)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", *ACTING, "--from", "2031-05-01"), "has a last day"),
        (("add", *MAYOR, "--from", "2031-05-01", "--until", "2031-04-30"), "before its first day"),
        (("add", *MAYOR[:-1], ""), "empty"),
        (("end", "0199d2a0-0000-7000-8000-00000000000a"), "No term with this id"),
    ],
)
def test_what_makes_no_term_is_refused_and_nothing_is_entered(
    demonstration: Running, words: tuple[str, ...], told: str
) -> None:
    before = listed(demonstration)

    english, japanese = demonstration.command("certifiers", *words).refusal

    assert told in english
    assert japanese
    assert listed(demonstration) == before
