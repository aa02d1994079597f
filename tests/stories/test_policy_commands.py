"""`daicho policy` and `daicho grants who`: what a reviewer asks of policies; most of it with nothing running."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from api.cli.main import main
from api.cli.policy_mutants import try_mutants
from authz.policy import POLICY_FILE, Policy
from authz.policy_text import without_proofs
from authz.review.matrix_file import MATRIX_FILE
from authz.review.mutants import mutants
from authz.review.table import TABLE_FILE
from domain.histories import JAPAN
from tests.commands import Running

TEXT = POLICY_FILE.read_text("utf-8")
LOOK = '{ residents(where: {fullName: "佐藤", currentAddress: "苫小牧市"}, first: 3) { nodes { fullName } } }'
WITHOUT_RULES = """says(caller: Caller, _: Record, item: String, "SHOWN", rule) if
    seen(caller, item, rule);"""


def policy(*words: object) -> Result:
    """Run a command in this process, whose log then is again what it was."""
    before = structlog.get_config()
    try:
        return CliRunner().invoke(main, ["policy", *map(str, words)])
    finally:
        structlog.configure(**before)


@pytest.fixture
def wider(tmp_path: Path) -> Path:
    """The policy, but election clerks see the registered domicile."""
    return written(tmp_path, TEXT.replace('sees("election", ["base"]', 'sees("election", ["base", "family_register"]'))


def written(folder: Path, text: str) -> Path:
    file = folder / "new.polar"
    file.write_text(text, "utf-8")
    return file


def test_check_tells_that_there_is_nothing_to_mend_and_the_policys_hash() -> None:
    done = policy("check")
    assert done.exit_code == 0
    assert Policy(TEXT).hash in done.output


@pytest.mark.holds("E-01")
def test_check_ends_with_status_1_and_names_file_line_and_what_to_do(tmp_path: Path) -> None:
    file = written(tmp_path, TEXT.replace("record.closed and\n    transferee", "record.close and\n    transferee"))
    done = policy("check", file)
    line = TEXT[: TEXT.index("record.closed and\n    transferee")].count("\n") + 1
    assert done.exit_code == 1
    assert f"{file}:{line}:" in done.output
    assert "there is no record.close" in done.output
    assert "参照してください" in done.output


@pytest.mark.holds("M07")
def test_explain_tells_outcome_rule_line_and_legal_basis() -> None:
    words = ("--as", "財政部納税課", "--purpose", "local_tax", "--item", "current_address")
    done = policy("explain", *words, "--fact", "protected")
    assert done.exit_code == 0
    assert "current_address: WITHHELD" in done.output
    assert "protected-whereabouts" in done.output
    assert "支援措置" in done.output
    assert "SHOWN" in policy("explain", *words).output


def test_explain_lists_the_names_that_it_knows_where_it_is_given_another() -> None:
    done = policy("explain", "--as", "財政部納税課", "--purpose", "local_taxes", "--item", "full_name")
    assert done.exit_code == 2
    assert "long_term_care" in done.output


@pytest.mark.holds("E-07")
def test_mutants_that_nothing_notices_are_told_and_what_the_table_wrongly_says_to_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    approving = [one for one in mutants(TEXT) if one.statement.startswith('may(caller: Caller, "approve", notif')]
    table = tmp_path / "table.toml"
    said = TABLE_FILE.read_text("utf-8").partition("[[alike]]")[0]
    table.write_text(f'{said}[[alike]]\nstatement = "may("\nchange = "the rule dropped"\nreason = "wrong"\n', "utf-8")
    assert try_mutants(POLICY_FILE, approving, table) == 2
    told = capsys.readouterr().out
    assert told.count("nothing notices") == 1
    assert 'nothing notices: without: caller.purpose = "resident_register"' in told
    assert "1 of [[alike]] do not live" in told
    assert "7 of 8 mutants killed" in told


@pytest.mark.holds("M07")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("members", "--fact", "protected"), "the record may not be opened"),
        (("members",), "members: SHOWN"),
        (("household_number", "--fact", "protected"), "WITHHELD\n  protected-whereabouts"),
        (("household_number", "--fact", "protected", "--of", "household"), "the record may not be opened"),
        (("members", "--of", "resident"), "full_name"),
        (("full_name", "--fact", "released"), "protected"),
        (("individual_number", "--without", "nummber"), "residence_status"),
        (("individual_number", "--without", "number"), "individual_number: MASKED"),
    ],
)
def test_explain_asks_for_the_record_that_has_the_item_and_takes_no_name_that_it_does_not_know(
    words: tuple[str, ...], told: str
) -> None:
    done = policy("explain", "--as", "財政部納税課", "--purpose", "local_tax", "--item", *words)
    assert told in done.output
    assert (done.exit_code == 0) == ("Usage" not in done.output)


def test_matrix_of_one_purpose_is_what_the_committed_matrix_says_of_it() -> None:
    committed = MATRIX_FILE.read_text("utf-8").splitlines()
    done = policy("matrix", "--format", "csv", "--purpose", "ledger_review")
    told = [line for line in done.output.splitlines() if line.startswith("ledger_review,")]
    assert told
    assert told == [line for line in committed if line.startswith("ledger_review,")]


def test_diff_ends_with_status_1_where_something_widens_and_2_where_a_policy_does_not_load(
    wider: Path, tmp_path: Path
) -> None:
    widened = policy("diff", POLICY_FILE, wider)
    assert widened.exit_code == 1
    assert "WIDENS: election (選挙管理委員会), resident registered_domicile" in widened.output
    assert policy("diff", wider, POLICY_FILE).exit_code == 0
    broken = tmp_path / "broken.polar"
    broken.write_text("allow(", "utf-8")
    assert policy("diff", POLICY_FILE, broken).exit_code == 2


@pytest.mark.holds("M07")
def test_replay_tells_who_would_have_lost_what_and_is_in_the_ledger_once(
    demonstration: Running, tmp_path: Path
) -> None:
    asked = demonstration.ask("tax-clerk", LOOK)
    assert asked.data["residents"]["nodes"]
    nothing = written(tmp_path, without_proofs(TEXT.replace(WITHOUT_RULES, "")))
    *lost, total = demonstration.command("policy", "replay", "--since", "2020-01-01", str(nothing)).entries
    assert total["changed"] == sum(one["records"] for one in lost) > 0
    assert {one["was"] for one in lost} >= {"SHOWN"}
    assert {one["would_be"] for one in lost} <= {"WITHHELD", "MASKED"}
    (entry,) = demonstration.command("ledger", "tail", "--json", "-n", "1").entries
    assert (entry["kind"], entry["path"]) == ("LEDGER_READ", "daicho policy replay")


@pytest.mark.holds("M07")
def test_who_could_see_an_item_on_a_day_is_told_with_the_policy_of_that_day(demonstration: Running) -> None:
    today = str(datetime.now(JAPAN).date())
    seen = demonstration.command("grants", "who", "--item", "individual_number", "--on", today).entries
    assert {one["policy"] for one in seen} == {Policy(TEXT).hash}
    assert {(one["purpose"], one["outcome"]) for one in seen} >= {("local_tax", "SHOWN"), ("election", "MASKED")}
    assert demonstration.command("grants", "who", "--item", "individual_number", "--on", "2020-01-01").refusal
