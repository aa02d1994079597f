"""A list of certificates to issue: JSON Lines, each line the input of `issueCertificate` as the schema has it.

What all lines share may stand once, in a form: a line says what is its own, and what it says counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, cast

import orjson
from graphql import GraphQLInputType, Undefined
from graphql.utilities import coerce_input_value

from api.graphql.notices import notice_of, told_as
from api.graphql.schema import SCHEMA
from api.import_files import ImportFile, json_line
from domain.certificates.requests import CertificateRequest
from domain.errors import Code, Refusal
from domain.importing.reasons import Fault
from domain.notifications import Notice

_INPUT: Final = cast(GraphQLInputType, SCHEMA.get_type("CertificateRequestInput"))
_NO_FORM: Final = ("The form must be a file that holds one JSON object.", "様式のファイルはJSONオブジェクトです。")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list by its number, as an editor counts, and what it asks for; `None` where it is not readable."""

    number: int
    told: Mapping[str, Any] | None

    def request(self) -> CertificateRequest:
        """What it asks for. Raises `Refusal` (INVALID_INPUT, INVALID_VALUE), which quotes nothing."""
        asked = None if self.told is None else coerce_input_value(self.told, _INPUT)
        if asked is None or asked is Undefined:
            raise Refusal(Code.INVALID_INPUT)
        kind = cast("type[Notice]", CertificateRequest)  # it is spelt like a notice
        request = cast(CertificateRequest, notice_of(kind, told_as(CertificateRequest, cast(Any, asked))))
        if request.copies != 1:
            raise Refusal(Code.INVALID_VALUE, names=("input.copies",))
        return request


class CertificateList:
    """An open list, read once for its lines; only the places of its lines are in memory. `form` is what they share.

    `digest` is by what the batch of this list is known again; another `name` makes it another batch.
    """

    def __init__(self, file: BufferedReader, form: Mapping[str, Any], name: str) -> None:
        self._form = form
        content = hashlib.file_digest(file, "sha256").hexdigest()
        self.digest = hashlib.sha256(orjson.dumps([content, form, name], option=orjson.OPT_SORT_KEYS)).digest()
        self._file = ImportFile(file, "list.jsonl")
        for _ in self._file.scan():
            pass

    def __len__(self) -> int:
        return self._file.lines

    def __iter__(self) -> Iterator[Line]:
        for place in range(len(self)):
            told = self._file.fields(place)
            yield Line(self._file.number(place), None if isinstance(told, Fault) else _over(self._form, told))


def read_form(path: Path | None) -> Mapping[str, Any]:
    """What all lines share; nothing without a file. Raises `Refusal` (INVALID_INPUT)."""
    told = {} if path is None else json_line(path.read_bytes())
    if told is None:
        raise Refusal(Code.INVALID_INPUT, names=("form",), detail=_NO_FORM)
    return told


def _over(form: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What is told, and for the rest what the form says; the same within the parts that both have."""
    shared = {
        name: value for name, value in form.items() if isinstance(value, dict) and isinstance(told.get(name), dict)
    }
    return {**form, **told, **{name: _over(value, told[name]) for name, value in shared.items()}}
