"""Every error as a GraphQL error body: it says where to look, in two languages, and never what a value was.

Texts from inside (an exception's message, a value of the request or the register) never pass: what is no `Refusal` is
answered as `INTERNAL` with the request id. GraphQL over HTTP: every answer of 400 and above has such a body too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from traceback import walk_tb
from types import MappingProxyType
from typing import Any, Final

from graphql import FieldNode, GraphQLError, GraphQLSyntaxError, Undefined, VariableNode

from domain.errors import MESSAGES, Code, Refusal

MAX_ERRORS: Final = 5
_LONGEST_TEXT: Final = 300
# The identifiers of the register have ten digits or more; underscores are what a GraphQL name could hide them behind.
_NUMBER: Final = re.compile(r"(?:\d_*){10}")
# How graphql-core begins what it says of an argument that a variable's null made wrong during execution.
_ARGUMENT: Final = "Argument '"

STATUS: Mapping[Code, int] = MappingProxyType(
    {
        Code.UNAUTHENTICATED: 401,
        Code.TERMINAL_NOT_REGISTERED: 403,
        Code.PURPOSE_REQUIRED: 403,
        Code.PURPOSE_NOT_GRANTED: 403,
        Code.NOT_PERMITTED: 403,
        Code.SEARCH_NOT_PERMITTED: 403,
        Code.TOO_FEW_CONDITIONS: 403,
        Code.TOO_MANY_HITS: 400,
        Code.ITEMS_NOT_PERMITTED: 403,
        Code.INVALID_INPUT: 400,
        Code.INVALID_VALUE: 400,
        Code.INVALID_CURSOR: 400,
        Code.RECORD_HELD: 409,
        Code.STALE_VERSION: 409,
        Code.NOTIFICATION_ENDED: 409,
        Code.IDEMPOTENCY_KEY_REUSED: 422,
        Code.EXTRACTION_REQUIRED: 403,
        Code.EXTRACTION_NOT_OPEN: 409,
        Code.CHARACTER_NOT_IN_FONT: 422,
        Code.SIGNING_UNAVAILABLE: 503,
        Code.LEDGER_UNAVAILABLE: 503,
        Code.STORE_UNAVAILABLE: 503,
        Code.TOO_MANY_REQUESTS: 429,
        Code.BAD_REQUEST: 400,
        Code.NOT_FOUND: 404,
        Code.METHOD_NOT_ALLOWED: 405,
        Code.NOT_ACCEPTABLE: 406,
        Code.UNSUPPORTED_MEDIA_TYPE: 415,
        Code.BODY_TOO_LARGE: 413,
        Code.SYNTAX_ERROR: 400,
        Code.VALIDATION_FAILED: 400,
        Code.LIMIT_EXCEEDED: 400,
        Code.INTERNAL: 500,
    }
)
"""The HTTP status of a request that is refused as a whole, by code."""

HEADERS: Mapping[Code, Mapping[str, str]] = MappingProxyType(
    {
        Code.METHOD_NOT_ALLOWED: MappingProxyType({"Allow": "POST"}),
        Code.UNAUTHENTICATED: MappingProxyType({"WWW-Authenticate": 'Bearer realm="daicho"'}),
    }
)
"""The headers that RFC 9110 wants beside a status (15.5.2, 15.5.6), by code."""


def holds_number(text: str) -> bool:
    """Whether a text could hold one of the register's identifiers: a run of ten digits, underscores aside."""
    return _NUMBER.search(text) is not None


def may_be_shown(text: str) -> bool:
    """Whether a caller's own name for something may stand in an answer or a record: short, and without a number."""
    return len(text) <= _LONGEST_TEXT and not holds_number(text)


def problem(
    code: Code,
    *,
    request_id: str,
    names: Iterable[str] = (),
    detail: tuple[str, str] | None = None,
    extensions: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """One GraphQL error: `message`, and in `extensions` the code, `messageJa`, `requestId` and `names`.

    A detail or a name that could hold an identifier is left out; the code's own message then stands alone.
    """
    told = detail if detail and all(map(may_be_shown, detail)) else MESSAGES[code]
    notes = {**(extensions or {}), "code": code.value, "messageJa": told[1], "requestId": request_id}
    if shown := [name for name in names if may_be_shown(name)]:
        notes["names"] = shown
    return {"message": told[0], "extensions": notes}


def from_refusal(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """A refusal as a GraphQL error."""
    return problem(
        refusal.code,
        request_id=request_id,
        names=refusal.names,
        detail=(refusal.message, refusal.message_ja),
        extensions=refusal.extensions,
    )


def from_graphql_errors(errors: Iterable[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """What graphql-core reports, at most `MAX_ERRORS` of it, with its paths and places and none of its texts."""
    return [_placed(from_refusal(refusal_in(error), request_id), error) for error in islice(errors, MAX_ERRORS)]


def refusal_in(error: GraphQLError) -> Refusal:
    """The refusal that a GraphQL error stands for; `INTERNAL` if it is none of ours."""
    cause = _root(error)
    if isinstance(cause, Refusal):
        return cause
    if isinstance(cause, GraphQLSyntaxError):
        return Refusal(Code.SYNTAX_ERROR)
    if isinstance(cause, GraphQLError) and cause.message.startswith(_ARGUMENT):
        return Refusal(Code.INVALID_INPUT, names=_blamed(cause))
    return Refusal(Code.INTERNAL)


def body(
    errors: Sequence[Mapping[str, Any]],
    data: object = Undefined,
    extensions: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """A GraphQL response; `data` only where an execution began (null counts), at most `MAX_ERRORS` errors."""
    answer: dict[str, Any] = {}
    if errors:
        answer["errors"] = list(errors[:MAX_ERRORS])
    if data is not Undefined:
        answer["data"] = data
    if extensions:
        answer["extensions"] = dict(extensions)
    return answer


def outline(error: BaseException) -> list[str]:
    """For the log: the types of an error and of its causes, and the frames they passed (`module.function:line`).

    No message, no locals, no arguments: those hold data.
    """
    return [line for cause in _causes(error) for line in (type(cause).__qualname__, *_frames(cause))]


def _placed(told: dict[str, Any], error: GraphQLError) -> dict[str, Any]:
    if error.locations:
        told["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        told["path"] = [step if isinstance(step, int) or may_be_shown(step) else "*" for step in error.path]
    return told


def _root(error: GraphQLError) -> Exception:
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _blamed(error: GraphQLError) -> tuple[str, ...]:
    return tuple(node.name.value for node in error.nodes or () if isinstance(node, (FieldNode, VariableNode)))


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = getattr(cause, "original_error", None) or cause.__cause__ or cause.__context__


def _frames(error: BaseException) -> Iterator[str]:
    for frame, line in walk_tb(error.__traceback__):
        yield f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_qualname}:{line}"
