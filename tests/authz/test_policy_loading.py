"""A policy loads without a word, or the service does not start."""

from __future__ import annotations

from pathlib import Path

import pytest
from oso import OsoError

from authz.policy import POLICY_FILE, Policy, PolicyError
from authz.policy_text import proofs
from tests.authz.policies import TEXT, attributes, changed
from tests.authz.policy_table import profile


def refused(text: str) -> str:
    """Why the policy is refused."""
    with pytest.raises(PolicyError) as told:
        Policy(text)
    return str(told.value)


def line_of(found: str) -> int:
    """The line on which it stands in the policy."""
    return TEXT[: TEXT.index(found)].count("\n") + 1


def test_the_policy_that_comes_with_daicho_loads(capfd: pytest.CaptureFixture[str]) -> None:
    assert Policy.load().purposes.keys() >= {"local_tax", "election"}
    assert capfd.readouterr() == ("", "")


def test_the_hash_names_the_text_and_nothing_else() -> None:
    assert Policy.load().hash == Policy.load().hash != Policy(TEXT + "\n").hash


# What Oso would only warn of, or let pass.


@pytest.mark.holds("E-01")
def test_a_class_that_does_not_exist_refuses_the_start_and_names_the_line() -> None:
    rule = 'opens("public_relations", record: Resident)'
    told = refused(changed(rule, rule.replace("Resident", "Residant")))
    assert "Unknown specializer Residant" in told
    assert f"at line {line_of(rule)}," in told


@pytest.mark.holds("E-01")
def test_a_class_that_does_not_exist_in_a_body_refuses_the_start() -> None:
    line = line_of("new Resident()")
    assert f"line {line}: there is no class Residnt" in refused(changed("new Resident()", "new Residnt()"))


@pytest.mark.holds("E-01")
@pytest.mark.parametrize(("line", "end"), list(attributes()))
def test_an_attribute_typo_refuses_the_start_wherever_it_stands(line: int, end: int) -> None:
    assert f"line {line}: there is no " in refused(TEXT[:end] + "x" + TEXT[end:])


@pytest.mark.parametrize(
    "hidden",
    [
        'says(c: Caller, _: Record, item: String, "SHOWN", "transfer") if not c.closed and item = "sex";',
        'allow(caller: Caller, "open", record: Record) if not record.purpose and caller.purpose = "local_tax";',
        'allow(caller: Caller, "open", record: Record) if not record.("clo" "sed") and caller.purpose = "local_tax";',
    ],
)
def test_an_attribute_is_looked_up_under_the_name_of_its_owner_only(hidden: str) -> None:
    assert "there is no " in refused(TEXT + hidden)


@pytest.mark.holds("E-01")
@pytest.mark.parametrize(
    "text", ["", "\n# nothing\n", 'rule("default", "番号法第9条", "どの規則にもない項目は表示しない");']
)
def test_an_empty_policy_refuses_the_start(text: str) -> None:
    assert "does not contain an allow rule" in refused(text)


@pytest.mark.holds("E-01")
@pytest.mark.parametrize("name", ["missing.polar", ".", "bytes.polar"])
def test_a_policy_that_cannot_be_read_refuses_the_start(tmp_path: Path, name: str) -> None:
    (tmp_path / "bytes.polar").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match="cannot be read"):
        Policy.load(tmp_path / name)


@pytest.mark.holds("E-01")
def test_a_second_load_into_the_same_policy_is_refused_and_changes_nothing() -> None:
    policy = Policy.load()
    with pytest.raises(OsoError, match="Cannot load additional Polar code"):
        policy._oso.load_str("allow(_, _, _);")
    assert not policy.permits(profile("local_tax"), "read", "Ledger")


@pytest.mark.holds("E-01")
def test_a_new_policy_stands_beside_the_old_one() -> None:
    offered = 'department("健康こども部健康支援課", ["maternal_child_health", "vaccination"]);'
    old, new = Policy.load(), Policy(changed(offered, offered.replace('"maternal_child_health", ', "")))

    assert old.enters("健康こども部健康支援課", "maternal_child_health")
    assert not new.enters("健康こども部健康支援課", "maternal_child_health")
    assert new.enters("健康こども部健康支援課", "vaccination")


# What Oso would refuse by a message that names the wrong line, or by ending the process.


def test_a_syntax_error_refuses_the_start_with_its_line_though_japanese_stands_before_it() -> None:
    assert f"at line {TEXT.count(chr(10)) + 1}, column" in refused(TEXT + "allow(")


@pytest.mark.parametrize("missing", ["rule", "purpose", "switchable"])
def test_a_policy_without_one_of_its_tables_refuses_the_start(missing: str) -> None:
    tables = {
        "rule": 'rule("default", "番号法第9条", "どの規則にもない項目は表示しない");',
        "purpose": 'purpose("operation", "運用", "番号法第11条", false);',
        "department": 'department("委託先", ["operation"]);',
        "switchable": 'switchable(["number"]);',
    }
    rules = [text for name, text in tables.items() if name != missing]
    assert f"the policy has no {missing}" in refused("\n".join(["allow(_: Caller, _, _);", *rules]))


# Names that only one side knows.


@pytest.mark.holds("E-04")
def test_an_item_that_the_policy_puts_in_no_class_refuses_the_start() -> None:
    assert "item classes" in refused(changed('"former_surname",\n', "\n"))


@pytest.mark.holds("E-04")
def test_an_item_in_another_class_than_the_registers_refuses_the_start() -> None:
    moved = changed('item_class("alias", ["alias_history"]);', 'item_class("alias", []);')
    assert "item classes" in refused(moved.replace('"cards", ["', '"cards", ["alias_history", "'))


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('whereabouts(["current_address"', 'whereabouts(["curent_address"', "unknown item: curent_address"),
        ('["full_name", "name_kana", "name_reading"', '["full_name", "name_cana"', "unknown item: name_cana"),
        ('switchable(["family_register"', 'switchable(["family_registry"', "unknown class: family_registry"),
        ('sees("election", ["base"]', 'sees("election", ["bass"]', "unknown class: bass"),
        ('sees("election", ["base"]', 'sees("elections", ["base"]', "unknown purpose: elections"),
        ('["local_tax"]);', '["local_taxes"]);', "unknown purpose: local_taxes"),
        ('["base"], "election-base"', '["base"], "election-bass"', "unknown rule: election-bass"),
        ('"WITHHELD", "closed-record"', '"WITHHELD", "closed-recrd"', "unknown rule: closed-recrd"),
        ('item: String, "search-what-is-shown"', 'item: String, "search-it"', "unknown rule: search-it"),
    ],
)
def test_a_misspelt_name_refuses_the_start_and_is_named(right: str, wrong: str, told: str) -> None:
    text = changed(right, wrong)
    assert told in refused(text)


# Proofs.


def test_every_failing_proof_is_told_with_its_line() -> None:
    last = TEXT.count("\n")
    told = refused(TEXT + '?= 1 = 2;\n\n?= 1 = 1;\n?= allow(\n  "選挙管理委員会", "open", 1);\n')
    assert told == f"proofs of the policy fail: line {last + 1}; line {last + 4}"


def test_a_proof_that_cannot_be_run_fails() -> None:
    told = refused(TEXT + '?= nothing("選挙管理委員会");\n?= not new Caller("選挙管理委員会").is_root;\n')
    assert told.count("line ") == 2


def test_the_policy_proves_something_of_each_kind() -> None:
    proved = [query for _line, query in proofs(TEXT)]
    assert len(proved) >= 15
    assert any(query.startswith("not ") for query in proved)
    assert any("protected: true" in query for query in proved)


def test_a_rule_that_widens_what_is_proved_refuses_the_start() -> None:
    assert "proofs" in refused(TEXT + 'sees("election", ["number"], "own-matter");\n')


def test_the_file_lies_beside_the_rooms() -> None:
    assert POLICY_FILE.name == "policies.polar"
    assert (POLICY_FILE.parent / "authz").is_dir()
