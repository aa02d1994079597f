"""Every refusal is a GraphQL error body in two languages, and a fault inside tells nothing (B-15)."""

from __future__ import annotations

from typing import Any, NoReturn

import asyncpg
import pytest

from persistence.database import Database
from persistence.ledger_store import LedgerStore
from persistence.residents import Residents
from tests.api.cases.test_b_transport import JAPANESE, UUID, is_graphql_error
from tests.serving import Answer, Service
from tests.village import EVERYONE, number_of

SECRET = "秘密 644678155351"
ONE = f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ fullName household {{ householdNumber }} }} }}'
STRICT = {"daicho-strict": "true"}
SEARCH = f'{{ residents(where: {{{EVERYONE}}}, after: "x") {{ nodes {{ id }} }} }}'


def unsigned(service: Service) -> Answer:
    return service.send("POST", "/graphql", b"{}", {"content-type": "application/json"})


REFUSALS: dict[str, Any] = {
    "UNAUTHENTICATED": unsigned,
    "PURPOSE_REQUIRED": lambda service: service.ask("tax-clerk", "{ me { displayName } }", purpose=""),
    "PURPOSE_NOT_GRANTED": lambda service: service.ask("stranger", "{ me { displayName } }"),
    "SEARCH_NOT_PERMITTED": lambda service: service.ask(
        "election-clerk", '{ resident(by: {individualNumber: "123456789018"}) { id } }'
    ),
    "ITEMS_NOT_PERMITTED": lambda service: service.ask(
        "election-clerk", ONE.replace("fullName", "individualNumber"), **STRICT
    ),
    "INVALID_INPUT": lambda service: service.ask(
        "tax-clerk", '{ residents(where: {dateOfBirth: "x"}) { nodes { id } } }'
    ),
    "INVALID_CURSOR": lambda service: service.ask("tax-clerk", SEARCH),
    "SYNTAX_ERROR": lambda service: service.ask("tax-clerk", "{"),
    "VALIDATION_FAILED": lambda service: service.ask("tax-clerk", "{ nothing }"),
    "LIMIT_EXCEEDED": lambda service: service.ask("tax-clerk", "{ me { " + "displayName " * 1_001 + "} }"),
    "NOT_FOUND": lambda service: service.send("GET", "/nothing/here"),
    "METHOD_NOT_ALLOWED": lambda service: service.send("GET", "/graphql"),
    "BAD_REQUEST": lambda service: service.ask("tax-clerk", "{ me { displayName } }", **{"daicho-strict": "perhaps"}),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_each_refusal_speaks_both_languages_and_has_a_request_id_of_ours(shared_service: Service, code: str) -> None:
    answer = REFUSALS[code](shared_service)
    (error,) = answer.json["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"].isascii()
    assert JAPANESE.search(error["extensions"]["messageJa"])
    assert UUID.fullmatch(error["extensions"]["requestId"])
    assert answer.headers["daicho-request-id"] == error["extensions"]["requestId"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_every_address_answers_every_method_it_does_not_know_with_a_graphql_error(
    shared_service: Service, method: str
) -> None:
    known = {("/health/live", "GET"), ("/health/ready", "GET"), ("/demo/callers", "GET"), ("/graphiql", "GET")}
    for path in (
        "/",
        "/graphql",
        "/graphql/",
        "/nothing",
        "/health/live",
        "/health/ready",
        "/demo/callers",
        "/graphiql",
    ):
        if (path, method) in known:
            continue
        answer = shared_service.send(method, path, b"{}", {"content-type": "application/json"})
        assert 400 <= answer.status < 500, path
        assert is_graphql_error(answer, answer.codes[0]), path


def test_a_method_that_is_not_allowed_is_told_which_are(shared_service: Service) -> None:
    assert shared_service.send("GET", "/graphql").headers["allow"] == "POST"
    assert "GET" in shared_service.send("POST", "/health/live").headers["allow"]


async def fail(*_arguments: object) -> NoReturn:
    """A store that breaks, with a text that holds data."""
    numbers = SECRET  # a local variable, as a careless log would print it
    raise RuntimeError(f"duplicate key value: {numbers}")


def fail_at_once(*_arguments: object, **_named: object) -> NoReturn:
    raise RuntimeError(SECRET)


async def collide(*_arguments: object) -> NoReturn:
    error = asyncpg.UniqueViolationError(f"duplicate key: {SECRET}")
    error.detail = f"Key (individual_number)=({SECRET}) already exists."
    raise error


@pytest.mark.holds("B-15", "C-14", "D-02")
@pytest.mark.parametrize("fault", [fail, collide])
def test_a_fault_in_a_resolver_is_answered_as_internal_and_recorded(
    shared_service: Service, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    monkeypatch.setattr(Residents, "matching", fault)
    answer = shared_service.ask("tax-clerk", ONE)
    assert answer.codes == ["INTERNAL"]
    assert answer.json["data"] == {"resident": None}
    request_id = answer.headers["daicho-request-id"]
    assert answer.json["errors"][0]["extensions"]["requestId"] == request_id
    entry = shared_service.ledger()[-1]
    assert (entry["path"], entry["code"], entry["request_id"]) == ("Query.resident", "INTERNAL", request_id)
    logged = [line for line in shared_service.log if line["event"] == "internal" and line["request_id"] == request_id]
    assert len(logged) == 1
    assert "RuntimeError" in logged[0]["error"] or "UniqueViolationError" in logged[0]["error"]
    for secret in SECRET.split():
        assert secret not in answer.content.decode()
        assert secret not in shared_service.everything_written()


@pytest.mark.holds("B-15")
def test_a_fault_on_a_level_is_told_once_in_the_log_and_the_rest_is_answered(
    shared_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Residents, "living_in", fail)
    answer = shared_service.ask(
        "tax-clerk",
        f"{{ residents(where: {{{EVERYONE}}}) {{ nodes {{ fullName household {{ members {{ sex }} }} }} }} }}",
    )
    assert set(answer.codes) == {"INTERNAL"}
    assert answer.json["data"]["residents"]["nodes"][0]["fullName"]
    request_id = answer.headers["daicho-request-id"]
    told = [line["event"] for line in shared_service.log if line.get("request_id") == request_id]
    assert told == ["internal", *["access"] * 3]
    assert shared_service.ledger()[-1]["code"] == "INTERNAL"


@pytest.mark.holds("B-15", "C-14")
def test_a_fault_after_the_resolvers_withholds_the_answer_and_leaves_the_record(
    shared_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authz.runs.Run.disclosures", fail_at_once)
    answer = shared_service.ask("tax-clerk", ONE)
    assert (answer.status, answer.codes) == (500, ["INTERNAL"])
    assert "data" not in answer.json
    paths = [entry["path"] for entry in shared_service.ledger()[-3:]]
    assert paths == ["Query.resident", "Resident.household", "Query"]
    assert shared_service.ledger()[-1]["code"] == "INTERNAL"
    assert SECRET not in answer.content.decode() + shared_service.everything_written()


@pytest.mark.holds("B-15")
@pytest.mark.parametrize(
    "broken", [(Database, "fetch", fail), (LedgerStore, "_writer", fail_at_once)], ids=["admission", "ledger"]
)
def test_a_fault_outside_of_any_resolver_is_internal_too(
    service: Service, monkeypatch: pytest.MonkeyPatch, broken: tuple[type, str, Any]
) -> None:
    monkeypatch.setattr(*broken)
    answer = service.ask("tax-clerk", ONE)
    assert answer.status == 500
    assert is_graphql_error(answer, "INTERNAL")
    monkeypatch.undo()
    assert SECRET not in answer.content.decode() + service.everything_written()


@pytest.mark.holds("B-15", "D-02")
def test_a_fault_on_any_other_address_is_a_graphql_error_too(
    wire: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(LedgerStore, "check_writable", fail)
    answer = wire.send("GET", "/health/ready")
    assert answer.status == 500
    assert is_graphql_error(answer, "INTERNAL")
    assert SECRET not in answer.content.decode() + wire.everything_written()
    assert "RuntimeError" in str([record.exc_info for record in caplog.records if record.name == "uvicorn.error"])
