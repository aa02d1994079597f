"""`POST /graphql`: from bytes to an answer that leaves only when the ledger holds what was decided."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import orjson
from graphql import ExecutionResult, GraphQLError, execute
from starlette.requests import Request
from starlette.responses import Response

from api.graphql import problems
from api.graphql.context import Context
from api.graphql.disclosed import DisclosureExecutor
from api.graphql.documents import Documents, InvalidDocument, Prepared
from api.graphql.inputs import coerce_variables
from api.graphql.requests import GRAPHQL_JSON, GraphQLRequest, bounded_body, check_head, parse_body
from api.graphql.schema import SCHEMA
from api.graphql.sealing import Sealer
from api.graphql.strict import asked_of
from api.graphql.turns import Turns
from api.reception import Reception, only_header
from authz import entries
from authz.desk import Visit
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the headers ask for besides the document."""

    strict: bool
    all_disclosures: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A body with its status; already as bytes, so that no tree of values waits for the ledger.

    `code` is that of its first error, `kind` that of the first entry; both are for counting.
    """

    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    kind: Kind = Kind.REFUSAL


class GraphQLEndpoint:
    """The endpoint, with everything it needs; one for a process."""

    def __init__(self, reception: Reception, documents: Documents, sealer: Sealer) -> None:
        self._reception = reception
        self._documents = documents
        self._sealer = sealer
        self._turns = Turns()

    async def respond(self, request: Request) -> Response:
        """Answer one request; whatever is refused is answered by its code, in the same shape."""
        began, request_id, media_type = time.perf_counter(), str(uuid4()), GRAPHQL_JSON
        try:
            media_type = check_head(request.method, request.headers)
            answer = await self._visit(request, await self._reception.enter(request, request_id))
        except Refusal as refusal:
            answer = _refused(refusal, request_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered in the same shape
            answer = _refused(self._reception.fault(error, request_id), request_id)
        self._reception.metrics.answered(answer.status, answer.code, answer.kind.value, time.perf_counter() - began)
        return _response(answer, media_type, request_id)

    async def _visit(self, request: Request, visit: Visit) -> Answer:
        """Answer within a visit, and record the visit before the answer leaves, whatever becomes of it."""
        try:
            answer = await self._answer(visit, parse_body(await bounded_body(request)), _wishes(request))
        except InvalidDocument as invalid:
            visit.refused(Code.VALIDATION_FAILED)
            told = problems.from_graphql_errors(invalid.errors, visit.request.request_id)
            content = orjson.dumps(problems.body(told))
            answer = Answer(problems.STATUS[Code.VALIDATION_FAILED], content, code=Code.VALIDATION_FAILED.value)
        except Refusal as refusal:
            visit.refused(refusal.code)
            answer = _refused(visit.told(refusal), visit.request.request_id)
        except Exception as error:  # noqa: BLE001 - a fault of ours ends the answer, not the record of what was loaded
            visit.refused(Code.INTERNAL)
            answer = _refused(
                visit.told(self._reception.fault(error, visit.request.request_id)), visit.request.request_id
            )
        return replace(answer, kind=await self._reception.leave(visit) or answer.kind)

    async def _answer(self, visit: Visit, asked: GraphQLRequest, wishes: Wishes) -> Answer:
        prepared = self._documents.prepare(asked.query, asked.operation_name)
        visit.request = entries.Request(visit.request.request_id, prepared.operation_name, prepared.hash)
        prepared.cost(coerce_variables(SCHEMA, prepared.operation, asked.variables))
        if wishes.strict:
            visit.refuse_hidden(asked_of(SCHEMA, prepared, asked.variables))
        result = await self._execute(visit, prepared, asked)
        for error in result.errors or ():  # a field may be refused before it comes to the desk: by its cursor
            visit.refused(problems.refusal_in(error).code)
        errors = self._told(result.errors or [], visit.request.request_id)
        if prepared.changes and result.data is None and result.errors:  # the one thing that was asked is refused
            raise problems.refusal_in(result.errors[0])
        if wishes.strict:
            visit.refuse_withheld()
        disclosures = [one for run in visit.runs for one in run.disclosures(all_outcomes=wishes.all_disclosures)]
        content = orjson.dumps(problems.body(errors, result.data, {"disclosures": disclosures}))
        return Answer(200, content, code=str(errors[0]["extensions"]["code"]) if errors else "", kind=Kind.READ)

    async def _execute(self, visit: Visit, prepared: Prepared, asked: GraphQLRequest) -> ExecutionResult:
        async with self._turns.one():
            result = execute(
                SCHEMA,
                prepared.document,
                context_value=Context(visit, self._sealer),
                variable_values=dict(asked.variables),
                executor_class=DisclosureExecutor,
            )
            return result if isinstance(result, ExecutionResult) else await result

    def _told(self, errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
        """The errors of an execution. A store that is gone is no error of a field but the end of the request."""
        refusals = [problems.refusal_in(error) for error in errors]
        gone = next((one for one in refusals if one.code is Code.STORE_UNAVAILABLE), None)
        if gone is not None:
            raise gone
        inside = [error for error, one in zip(errors, refusals, strict=True) if one.code is Code.INTERNAL]
        if inside:  # one failed run is an error of each parent of its level: the first says it all
            self._reception.log.error("internal", request_id=request_id, error=problems.outline(inside[0]))
        return problems.from_graphql_errors(errors, request_id)


def _wishes(request: Request) -> Wishes:
    return Wishes(
        strict=_wished(request, "daicho-strict", {"true": True, "false": False}),
        all_disclosures=_wished(request, "daicho-disclosures", {"all": True}),
    )


def _wished(request: Request, name: str, known: dict[str, bool]) -> bool:
    value = only_header(request, name)
    if value is not None and value not in known:
        raise Refusal(Code.BAD_REQUEST, names=(name,))
    return known[value] if value is not None else False


def _refused(refusal: Refusal, request_id: str) -> Answer:
    content = orjson.dumps(problems.body([problems.from_refusal(refusal, request_id)]))
    return Answer(problems.STATUS[refusal.code], content, problems.HEADERS.get(refusal.code, {}), refusal.code.value)


def _response(answer: Answer, media_type: str, request_id: str) -> Response:
    """No answer is kept by any cache; the request id stands in a header, so that equal answers are equal bytes."""
    headers = {"Cache-Control": "no-store", "Daicho-Request-Id": request_id, "X-Content-Type-Options": "nosniff"}
    return Response(answer.content, answer.status, headers | dict(answer.headers), media_type)
