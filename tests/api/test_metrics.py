"""`GET /metrics`: counts and times for operations, and not a word about anybody."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import CODES, Metrics
from domain.errors import Code, Refusal
from domain.ledger.entries import Group, Kind
from persistence.ledger_store import LedgerStore
from tests.ledger_builders import entry
from tests.postgres import NewDatabase
from tests.serving import Service, serve, with_village
from tests.village import addressee

READ = f"""{{ resident(by: {{addresseeNumber: "{addressee(1).value}"}}) {{
  fullName individualNumber electoralRollRegistration
}} }}"""
NUMBER = "990078846887"
HOSTILE = (NUMBER, "山田 花子", "'; DROP TABLE residents --", 'a"} 1\nevil{x="', "\u202e", "x" * 300)
Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def series(service: Service) -> Series:
    """What `/metrics` tells: the value of each series by its name and labels."""
    answer = service.send("GET", "/metrics")
    assert answer.status == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(told: Series, name: str, **labels: str) -> float:
    """The value of a series; 0 before it is there."""
    return told.get((name, tuple(sorted(labels.items()))), 0.0)


def grown(service: Service, before: Series, name: str, **labels: str) -> float:
    """By how much a series has grown."""
    return value(series(service), name, **labels) - value(before, name, **labels)


@pytest.mark.holds("M08")
def test_a_read_is_counted_with_its_entry_its_items_and_its_commit(shared_service: Service) -> None:
    before = series(shared_service)
    assert shared_service.ask("tax-clerk", READ).data["resident"]
    assert grown(shared_service, before, "daicho_requests_total", status="200", code="") == 1
    assert grown(shared_service, before, "daicho_request_seconds_count", kind="SEARCH") == 1
    entries = {"kind": "SEARCH", "code": "", "purpose": "local_tax"}
    assert grown(shared_service, before, "daicho_ledger_entries_total", **entries) == 1
    assert grown(shared_service, before, "daicho_number_accesses_total") == 1
    assert grown(shared_service, before, "daicho_items_total", outcome="SHOWN") == 2
    assert grown(shared_service, before, "daicho_items_total", outcome="WITHHELD") == 1
    assert grown(shared_service, before, "daicho_ledger_commit_seconds_count") == 1
    assert grown(shared_service, before, "daicho_ledger_commit_entries_sum") == 1


def test_a_refusal_is_counted_by_its_code_and_a_refused_sign_in_by_its_reason(shared_service: Service) -> None:
    before = series(shared_service)
    by_number = "query($by: ResidentKey!) { resident(by: $by) { id } }"
    searched = shared_service.ask("election-clerk", by_number, {"by": {"individualNumber": NUMBER}})
    shared_service.ask("tax-clerk", "{ nothing }")
    shared_service.ask("tax-clerk", READ, purpose="election")
    shared_service.send("POST", "/graphql", b"{}", {"content-type": "application/json"})
    (code,) = searched.codes
    assert grown(shared_service, before, "daicho_requests_total", status=str(searched.status), code=code) == 1
    refused = {"status": "400", "code": "VALIDATION_FAILED"}
    assert grown(shared_service, before, "daicho_requests_total", **refused) == 1
    assert grown(shared_service, before, "daicho_requests_total", status="403", code="PURPOSE_NOT_GRANTED") == 1
    assert grown(shared_service, before, "daicho_requests_total", status="401", code="UNAUTHENTICATED") == 1
    assert grown(shared_service, before, "daicho_refused_sign_ins_total", reason="NO_TOKEN") == 1
    entries = {"kind": "REFUSAL", "code": "PURPOSE_NOT_GRANTED", "purpose": "election"}
    assert grown(shared_service, before, "daicho_ledger_entries_total", **entries) == 1


@pytest.mark.holds("D-04")
def test_no_text_of_a_client_becomes_a_label(shared_service: Service) -> None:
    for text in HOSTILE:
        plain = text.encode("ascii", "ignore").decode().replace("\n", "")
        shared_service.ask("tax-clerk", READ, purpose=plain)
        shared_service.ask("tax-clerk", f"query Q{re.sub(r'[^A-Za-z0-9]', '', plain)} {{ me {{ displayName }} }}")
        shared_service.ask(
            "tax-clerk",
            "query($a: String!, $b: String!) { residents(where: {fullName: $a, dateOfBirth: $b}) { nodes { id } } }",
            {"a": text, "b": "1950"},
        )
        shared_service.send("POST", "/graphql", text.encode(), shared_service.headers("tax-clerk"))
        forged = {"authorization": f"Bearer {plain}", "daicho-strict": plain, "user-agent": plain, "accept": plain}
        shared_service.ask("tax-clerk", READ, **forged)
        shared_service.send("GET", f"/metrics/{NUMBER}")
    told = shared_service.send("GET", "/metrics").content.decode()
    for hidden in ("990078846887", "山田", "DROP", "evil", "\u202e", "xxxx"):
        assert hidden not in told
    assert not re.search(r"\d{10}", re.sub(r"[0-9.]+(e\+\d+)?$|policy=\"[0-9a-f]{64}\"", "", told, flags=re.MULTILINE))
    assert (
        value(
            series(shared_service),
            "daicho_ledger_entries_total",
            kind="REFUSAL",
            code="PURPOSE_NOT_GRANTED",
            purpose="other",
        )
        > 0
    )


@pytest.mark.holds("D-04")
def test_nobody_of_the_register_and_no_caller_stands_in_the_counts(shared_service: Service) -> None:
    for caller in ("tax-clerk", "register-desk", "election-clerk"):
        shared_service.ask(caller, READ)
    told = shared_service.send("GET", "/metrics").content.decode()
    people = shared_service.execute("SELECT full_name, addressee_number FROM residents")
    assert people
    for person in people:
        assert person["full_name"] not in told
        assert person["addressee_number"] not in told
    assert not [caller for caller in ("tax-clerk", "register-desk", "DEMO-") if caller in told]


@pytest.mark.holds("D-04")
def test_whatever_stands_in_entries_the_lists_of_labels_stay_closed() -> None:
    metrics = Metrics(("local_tax",), "policy")
    for number in range(500):
        groups = (Group((), (f"R-{number}",), {"full_name": ("SHOWN", f"rule-{number}")}),)
        made = entry(
            number + 1,
            kind=Kind.REFUSAL,
            code=f"CODE-{number}",
            purpose=f"purpose-{number}",
            path=f"p{number}",
            groups=groups,
        )
        metrics.recorded(made, {"SHOWN": 1})
    lines = [line for line in metrics.text().decode().splitlines() if line.startswith("daicho_ledger_entries_total")]
    assert lines == ['daicho_ledger_entries_total{code="other",kind="REFUSAL",purpose="other"} 500.0']
    assert {code.value for code in Code} < CODES


def test_it_says_which_parts_answer_and_that_the_ledger_does_not(
    shared_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_arguments: object) -> None:
        raise Refusal(Code.LEDGER_UNAVAILABLE)

    told = series(shared_service)
    assert [value(told, "daicho_up", part=part) for part in ("store", "ledger")] == [1, 1]
    assert value(told, "daicho_ready") == 1
    monkeypatch.setattr(LedgerStore, "check_writable", refuse)
    told = series(shared_service)
    assert [value(told, "daicho_up", part=part) for part in ("store", "ledger")] == [1, 0]
    assert value(told, "daicho_ready") == 0


def test_a_transaction_of_the_ledger_that_fails_is_counted_by_itself() -> None:
    metrics = Metrics((), "policy")
    metrics.committed(0, 0.9)
    metrics.committed(3, 0.001)
    told = metrics.text().decode()
    assert "daicho_ledger_failures_total 1.0" in told
    assert "daicho_ledger_commit_seconds_count 1.0" in told
    assert "daicho_ledger_commit_entries_sum 3.0" in told


def test_two_applications_of_one_process_count_each_for_itself() -> None:
    one, other = Metrics((), "policy"), Metrics((), "policy")
    one.answered(200, "", "READ", 0.001)
    assert 'daicho_requests_total{code="",status="200"} 1.0' in one.text().decode()
    assert "daicho_requests_total{" not in other.text().decode()


def test_it_names_the_build_and_the_policy(shared_service: Service) -> None:
    (build,) = (dict(labels) for name, labels in series(shared_service) if name == "daicho_build_info")
    assert build["version"]
    assert len(build["policy"]) == 64


def test_it_can_be_switched_off(new_database: NewDatabase) -> None:
    with ExitStack() as stack:
        service = serve(new_database(with_village), stack, metrics=False)
        assert (service.send("GET", "/metrics").status, service.send("GET", "/health/ready").status) == (404, 200)
