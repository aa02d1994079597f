"""`daicho terminals|grants|releases`: dated, listed, ended, and each time in the ledger."""

from __future__ import annotations

import pytest

from tests.commands import Running

KINDS = {
    "terminals": ("--terminal", "T-STORY", "--place", "倉庫"),
    "grants": ("--staff-number", "S-STORY", "--department", "財政部納税課", "--purpose", "local_tax"),
    "releases": ("--addressee-number", "", "--purpose", "elderly_welfare", "--until", "2031-03-31"),
}


@pytest.fixture
def protected(demonstration: Running) -> str:
    """The addressee number of somebody under a support measure."""
    return str(demonstration.get("/demo/examples").json()["protected"]["addresseeNumber"])


@pytest.mark.holds("M07", "C-14")
@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_added_is_listed_with_its_dates_and_stays_in_the_list_when_it_is_ended(
    demonstration: Running, protected: str, kind: str
) -> None:
    words = [word or protected for word in KINDS[kind]]
    (id_,) = demonstration.command(kind, "add", *words, "--from", "2031-03-01").lines
    (added,) = [one for one in demonstration.command(kind, "list").entries if one["id"] == id_]
    demonstration.command(kind, "end", id_).must_be_done()
    (ended,) = [one for one in demonstration.command(kind, "list").entries if one["id"] == id_]
    assert added["starts_on"] == "2031-03-01"
    assert added["ends_on"] == ("2031-03-31" if kind == "releases" else None)
    assert added["recorded_by"].startswith("os:")
    assert added["ended_at"] is None
    assert ended["ended_at"]
    assert ended["ended_by"] == added["recorded_by"]
    told = demonstration.command("ledger", "tail", "--json", "-n", "4").entries
    assert [(one["kind"], one["path"]) for one in told] == [
        ("CHANGE", f"daicho {kind} add"),
        ("READ", f"daicho {kind} list"),
        ("CHANGE", f"daicho {kind} end"),
        ("READ", f"daicho {kind} list"),
    ]
    assert all(id_ in told[at]["groups"][0]["subjects"] for at in (0, 2))
    assert (protected in told[0]["groups"][0]["subjects"]) == (kind == "releases")


def test_what_is_ended_cannot_be_ended_again(demonstration: Running) -> None:
    (id_,) = demonstration.command("terminals", "add", *KINDS["terminals"]).lines
    demonstration.command("terminals", "end", id_).must_be_done()
    english, japanese = demonstration.command("terminals", "end", id_).refusal
    assert "no open one" in english
    assert "ありません" in japanese
    (entry,) = demonstration.command("ledger", "tail", "--json", "-n", "1").entries
    assert (entry["kind"], entry["path"], entry["code"]) == ("REFUSAL", "daicho terminals end", "NOT_FOUND")


@pytest.mark.holds("M07")
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--department", "選挙管理委員会", "--purpose", "local_tax"), "department, purpose"),
        (("--department", "財政部納税課", "--purpose", "no_such_purpose"), "department, purpose"),
        (("--department", "財政部納税課", "--purpose", "local_tax", "--switch-off", "base"), "switch-off"),
        (("--department", "財政部納税課", "--purpose", "local_tax", "--until", "2020-01-01"), "until"),
    ],
)
def test_a_grant_never_widens_past_the_policy_and_says_which_word_is_wrong(
    demonstration: Running, words: tuple[str, ...], named: str
) -> None:
    english, _ = demonstration.command("grants", "add", "--staff-number", "S-WIDE", *words).refusal
    assert english.endswith(f"({named})")


def test_no_grant_was_left_by_what_was_refused(demonstration: Running) -> None:
    demonstration.command(
        "grants", "add", "--staff-number", "S-WIDER", "--department", "委託先", "--purpose", "election"
    )
    assert "S-WIDER" not in demonstration.command("grants", "list").out


@pytest.mark.parametrize(
    ("number", "purpose"), [("1234567890", "local_tax"), ("9999999991", "local_tax"), ("", "no_such_purpose")]
)
def test_a_release_is_of_somebody_and_for_a_purpose_and_a_wrong_number_is_not_repeated(
    demonstration: Running, protected: str, number: str, purpose: str
) -> None:
    words = ("--addressee-number", number or protected, "--purpose", purpose, "--until", "2031-03-31")
    english, japanese = demonstration.command("releases", "add", *words).refusal
    assert (number or protected) not in english + japanese


def test_a_release_needs_a_last_day(demonstration: Running, protected: str) -> None:
    done = demonstration.command("releases", "add", "--addressee-number", protected, "--purpose", "local_tax")
    assert (done.status, "--until" in done.err) == (2, True)
