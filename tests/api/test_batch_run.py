"""A batch of certificates stops where the ledger's proof has stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.app import new_id, now, opened
from api.certificate_lists import CertificateList
from api.cli.batch_folder import batch_folder
from api.cli.batch_run import BatchRun, Tally
from api.cli.errand import Errand
from api.cli.system_caller import ISSUE, user_name
from authz.entries import Request
from domain.errors import Code, Refusal
from tests.api.issuing import require_font
from tests.serving import CODE, Service
from tests.village import number_of

FORM = {
    "kind": "RESIDENT_RECORD_COPY",
    "requester": {"kind": "PERSON"},
    "identityVerification": "INDIVIDUAL_NUMBER_CARD",
}
GRANT = """
INSERT INTO grants (municipality_code, id, staff_number, department, purpose, switched_off, starts_on, recorded_at,
    recorded_by)
VALUES ($1, gen_random_uuid(), $2, 'コマンド操作', 'resident_register', '{}', '2020-04-01', now(), 'test')
"""


@pytest.mark.holds("C-02", "M08")
def test_a_batch_stops_before_the_line_at_which_the_proof_does_not_cover_what_is_recorded(
    service: Service, tmp_path: Path
) -> None:
    require_font()
    service.execute(GRANT, CODE, user_name())
    file = tmp_path / "list.jsonl"
    file.write_text("\n".join(json.dumps({"subjects": [number_of(nth)]}) for nth in (1, 2, 3)), "utf-8")
    before, asked = len(service.ledger()), list[str]()

    def stops_at_the_second(municipality_code: str) -> None:
        asked.append(municipality_code)
        if len(asked) > 1:
            raise Refusal(Code.LEDGER_UNAVAILABLE)

    async def work() -> Tally:
        async with opened(service.settings, service.material) as services:
            errand = Errand("daicho certificates batch", ISSUE, services, CODE, Request(new_id(now())))
            with file.open("rb") as read, batch_folder(tmp_path / "out") as folder:
                listed = CertificateList(read, FORM, "")
                run = BatchRun(errand, listed, folder, None, tally := Tally(len(listed)), stops_at_the_second)
                with pytest.raises(Refusal) as refused:
                    await run.work(lambda _done: None)
        assert refused.value.code is Code.LEDGER_UNAVAILABLE
        return tally

    tally = service.run(work())
    assert (tally.done, tally.refused, asked) == (1, 0, [CODE, CODE])
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 1
    entries = service.ledger()[before:]
    assert [entry["kind"] for entry in entries] == ["JOB", "ISSUE", "ISSUE"]  # issued, and fetched as a file
    assert all(number_of(nth) not in json.dumps(entries) for nth in (2, 3))
