"""A list of certificates: each line the input of `issueCertificate`, what all share in a form, and nothing quoted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.certificate_lists import CertificateList, Line, read_form
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import CertifiedItem, RequesterKind
from domain.errors import Code, Refusal
from tests.village import number_of

FORM: dict[str, Any] = {"kind": "RESIDENT_RECORD_COPY", "requester": {"kind": "PERSON", "organ": "架空省"}}
SECRET = "644678155351"


def listed(folder: Path, *lines: str, form: dict[str, Any] | None = None, name: str = "") -> tuple[list[Line], bytes]:
    """What a list of these lines holds, and its digest."""
    file = folder / "list.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    with file.open("rb") as opened:
        found = CertificateList(opened, FORM if form is None else form, name)
        lines_there = list(found)
        assert len(found) == len(lines_there)
        return lines_there, found.digest


def test_a_line_says_what_is_its_own_over_what_all_share(tmp_path: Path) -> None:
    own = {"subjects": [number_of(1)], "kind": "MOVING_OUT_CERTIFICATE", "items": ["ALIAS"], "wholeHousehold": True}
    own |= {"requester": {"kind": "EX_OFFICIO", "officialTitle": "係長"}}
    (first, second), _ = listed(tmp_path, json.dumps({"subjects": [number_of(2)]}), "", json.dumps(own))

    assert (first.number, second.number) == (1, 3)
    assert first.request().kind is CertificateKind.RESIDENT_RECORD_COPY
    request = second.request()
    assert (request.kind, request.requester.kind) == (CertificateKind.MOVING_OUT_CERTIFICATE, RequesterKind.EX_OFFICIO)
    assert (request.requester.organ, request.requester.official_title) == ("架空省", "係長")
    assert request.items == (CertifiedItem.ALIAS,)
    assert (request.whole_household, request.copies) == (True, 1)


@pytest.mark.holds("D-06")
@pytest.mark.parametrize(
    ("line", "code", "names"),
    [
        (SECRET, Code.INVALID_INPUT, ()),
        ("{", Code.INVALID_INPUT, ()),
        ("{}", Code.INVALID_INPUT, ()),
        (json.dumps({"subjects": []}), Code.INVALID_VALUE, ("input.subjects",)),
        (json.dumps({"subjects": [SECRET]}), Code.INVALID_VALUE, ("input.subjects.0",)),
        (json.dumps({"subjects": [number_of(1)], "kind": SECRET}), Code.INVALID_INPUT, ()),
        (json.dumps({"subjects": [number_of(1)], SECRET: 1}), Code.INVALID_INPUT, ()),
        (json.dumps({"subjects": [number_of(1)], "copies": 2}), Code.INVALID_VALUE, ("input.copies",)),
        (
            json.dumps({"subjects": [number_of(1)], "requester": {"purposeOfUse": SECRET}}),
            Code.INVALID_VALUE,
            ("input.requester.purposeOfUse",),
        ),
    ],
)
def test_what_is_no_request_is_refused_without_a_word_of_what_it_says(
    tmp_path: Path, line: str, code: Code, names: tuple[str, ...]
) -> None:
    ((only,), _) = listed(tmp_path, line)

    with pytest.raises(Refusal) as refused:
        only.request()

    assert refused.value.code is code
    assert refused.value.names == names
    assert SECRET not in str(vars(refused.value)) + refused.value.message


def test_the_same_list_is_the_same_batch_and_another_line_form_or_name_another(tmp_path: Path) -> None:
    one, two = (json.dumps({"subjects": [number_of(nth)]}) for nth in (1, 2))
    digests = [
        *(listed(tmp_path, one)[1], listed(tmp_path, one)[1], listed(tmp_path, two)[1], listed(tmp_path, one, two)[1]),
        *(listed(tmp_path, one, name="again")[1], listed(tmp_path, one, form={**FORM, "inOneList": True})[1]),
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == len(digests) - 1


def test_a_form_is_one_object_or_none(tmp_path: Path) -> None:
    file = tmp_path / "form.json"
    file.write_text(json.dumps(FORM), "utf-8")
    assert read_form(file) == FORM
    assert read_form(None) == {}
    file.write_text("[]", "utf-8")
    with pytest.raises(Refusal) as refused:
        read_form(file)
    assert (refused.value.code, refused.value.names) == (Code.INVALID_INPUT, ("form",))
