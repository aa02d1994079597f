"""Papers from the request to their end, through the running service: issued, fetched, verified, voided, told again."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import httpx
import pikepdf
import pytest

from api.printing.demonstration_keys import demonstration_signing
from tests.api import extracting
from tests.api.issuing import HISTORY, ISSUE, VOID, text_of
from tests.commands import Running
from tests.printing.signatures import verified
from tests.serving import PURPOSES
from tests.stories.batches import PROTECTED, households, query

pytestmark = pytest.mark.holds("S1-05")

DESK = "register-desk"
SINCE = "SELECT convert_from(entry, 'UTF8') AS entry FROM ledger_entries WHERE position > $1 ORDER BY position"
LAST = "SELECT max(position) FROM ledger_entries"
NAME = "SELECT full_name FROM residents WHERE addressee_number = $1"


def issue(running: Running, number: str, key: str) -> dict[str, Any]:
    """A clerk issues a copy of somebody's record to herself; what is answered."""
    told = {
        "kind": "RESIDENT_RECORD_COPY",
        "subjects": [number],
        "requester": {"kind": "PERSON"},
        "identityVerification": "INDIVIDUAL_NUMBER_CARD",
    }
    result: dict[str, Any] = running.ask(DESK, ISSUE, {"input": told, "key": key}).data["issueCertificate"]
    return result


def fetch(running: Running, path: str, caller: str = DESK) -> httpx.Response:
    """Open a link."""
    headers = {"authorization": f"Bearer {running.token(caller)}", "daicho-purpose": PURPOSES[caller]}
    return running.get(path, **headers)


def page_behind(running: Running, pdf: bytes) -> str:
    """What anybody reads who opens the address in the paper's QR code."""
    with pikepdf.open(BytesIO(pdf)) as paper:
        pictures = {str(one["/Alt"]) for one in paper.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one}
    (address,) = (one for one in pictures if "/verify/" in one)
    assert address.startswith(f"{running.url}/verify/")
    body = running.get(address.removeprefix(running.url)).text.partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def last(running: Running) -> int:
    """The last position of the ledger."""
    return int(query(running, LAST)[0][0])


def told_since(running: Running, position: int) -> list[dict[str, Any]]:
    """What the ledger was told after it."""
    return [json.loads(row["entry"]) for row in query(running, SINCE, position)]


def assert_told_step_by_step(entries: list[dict[str, Any]]) -> None:
    """What the ledger says of a copy's life: each step, by the clerk, or by nobody known."""
    desk = entries[0]["caller"]
    assert [(one["kind"], one["path"], one["caller"]) for one in entries if one["path"] != "daicho token"] == [
        ("ISSUE", "Mutation.issueCertificate", desk),
        ("ISSUE", "Handover.fetch", desk),
        ("REFUSAL", "Handover.fetch", desk),
        ("READ", "Certificate.verification", None),
        ("CHANGE", "Mutation.voidIssuance", desk),
        ("READ", "Certificate.verification", None),
        ("READ", "Query.issuanceHistory", desk),
    ]


def test_a_residents_copy_is_issued_fetched_verified_voided_and_told_again_by_book_and_ledger(
    demonstration: Running,
) -> None:
    start = last(demonstration)
    (somebody,) = households(demonstration, 1)
    (number,) = somebody["subjects"]

    (copy,) = issue(demonstration, number, "story: a copy")["copies"]
    paper = fetch(demonstration, copy["link"]["path"])

    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert verified(paper.content, demonstration_signing(demonstration.daicho.home)).bottom_line
    ((name,),) = query(demonstration, NAME, number)
    assert "".join(name.split()) in text_of(paper.content)
    assert "".join(copy["issuance"]["number"].split()) in text_of(paper.content)
    assert fetch(demonstration, copy["link"]["path"]).status_code == 404

    genuine = page_behind(demonstration, paper.content)
    assert "真正で、有効です" in genuine
    voiding = {"id": copy["issuance"]["id"], "reason": "印字不良のため", "key": "story: spoiled"}
    assert demonstration.ask(DESK, VOID, voiding).data["voidIssuance"]["stands"] is False
    voided = page_behind(demonstration, paper.content)
    assert "処分済みで、無効です" in voided
    assert name not in genuine + voided

    nodes = demonstration.ask(DESK, HISTORY, {"n": number}).data["issuanceHistory"]["nodes"]
    (entry,) = [one for one in nodes if one["id"] == copy["issuance"]["id"]]
    assert (entry["number"], entry["voidReason"]) == (copy["issuance"]["number"], "印字不良のため")
    entries = told_since(demonstration, start)
    assert_told_step_by_step(entries)
    of_her = [one["kind"] for one in entries if number in str(one["groups"])]
    assert of_her == ["ISSUE", "ISSUE", "READ", "CHANGE", "READ", "READ"]
    assert name not in str(entries)


def test_a_protected_persons_copy_is_stopped_released_by_the_officer_issued_and_stopped_again(
    demonstration: Running,
) -> None:
    ((number,),) = query(demonstration, PROTECTED)
    start = last(demonstration)

    stopped = issue(demonstration, number, "story: stopped")
    assert (stopped["issued"], stopped["copies"]) == (False, [])
    assert "PROTECTED" in [one["code"] for one in stopped["findings"]]

    until = ("--until", "2099-12-31")
    release = demonstration.command(
        *("releases", "add", "--addressee-number", number, "--purpose", "resident_register"), *until
    )
    (copy,) = issue(demonstration, number, "story: released")["copies"]
    assert fetch(demonstration, copy["link"]["path"]).content.startswith(b"%PDF")
    demonstration.command("releases", "end", *release.lines).must_be_done()
    assert not issue(demonstration, number, "story: stopped again")["issued"]

    told = [(one["kind"], one["path"], one["code"]) for one in told_since(demonstration, start)]
    assert [one for one in told if one[1] != "daicho token"] == [
        ("REFUSAL", "Mutation.issueCertificate", "PROTECTED"),
        ("CHANGE", "daicho releases add", None),
        ("ISSUE", "Mutation.issueCertificate", None),
        ("ISSUE", "Handover.fetch", None),
        ("CHANGE", "daicho releases end", None),
        ("REFUSAL", "Mutation.issueCertificate", "PROTECTED"),
    ]


@pytest.mark.holds("M11", "M18")
def test_an_extraction_is_asked_for_approved_by_another_carried_out_and_read_by_its_reader_alone(
    demonstration: Running,
) -> None:
    start, wanted = last(demonstration), dict(extracting.WANTED, criteria={"address": "苫小牧市"}, most=1_000)
    asked = {"input": wanted, "key": "story: extraction"}
    id_ = demonstration.ask("tax-clerk", extracting.REQUEST, asked).data["requestExtraction"]["id"]
    carried_out = {"id": id_, "witness": "S-900", "medium": "USBメモリ 第3号", "key": "story: run"}
    assert demonstration.ask("tax-clerk", extracting.RUN, carried_out).codes == ["EXTRACTION_NOT_OPEN"]
    approval = "mutation($id: ID!, $key: String!) { approveExtraction(id: $id, idempotencyKey: $key) { state } }"
    demonstration.ask("register-checker", approval, {"id": id_, "key": "story: approved"}).data  # noqa: B018 - it fails

    link = demonstration.ask("tax-clerk", extracting.RUN, carried_out).data["runExtraction"]["link"]
    file = fetch(demonstration, link["path"], "tax-clerk").content

    records = json.loads(extracting.opened(file))
    assert 100 < len(records) <= 1_000
    assert str(records[0]["fullName"]).encode() not in file
    entries = [one for one in told_since(demonstration, start) if one["path"] == "Mutation.runExtraction"]
    assert entries[0]["code"] == "EXTRACTION_NOT_OPEN"
    of_whom = {number for one in entries[1:] for group in one["groups"] for number in group["subjects"]}
    assert of_whom == {one["addresseeNumber"] for one in records}
