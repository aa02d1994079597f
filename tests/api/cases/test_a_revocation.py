"""A-19, E-05: one request is decided by one grant and one policy, whatever becomes of them while it is answered."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path

import asyncpg
import pytest

from api.admission import ACCESS_SECONDS
from authz.policy import POLICY_FILE, Policy
from tests.serving import NOON, Answer, Service, serve
from tests.village import NUMBERS, number_of

FAMILY = f"""
query Family {{
  resident(by: {{ addresseeNumber: "{number_of(1)}" }}) {{
    individualNumber
    household {{ members {{ individualNumber }} }}
  }}
}}
"""
ENDED = "UPDATE grants SET ended_at = $1, ended_by = 'S-1' WHERE purpose = 'local_tax'"
WAITS = "SELECT 1 FROM pg_locks WHERE relation = 'households'::regclass AND NOT granted"


async def answered_while_her_grant_is_ended(service: Service) -> Answer:
    """Her answer to a request that was already decided in part when the grant that let her in was ended."""
    holder = await asyncpg.connect(service.url)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE households IN ACCESS EXCLUSIVE MODE")
            asked = asyncio.create_task(_ask(service))
            while not await holder.fetchval(WAITS):
                assert not asked.done(), "nothing of it had to wait"
                await asyncio.sleep(0.005)
            await holder.execute(ENDED, NOON)
        return await asked
    finally:
        await holder.close()


async def _ask(service: Service) -> Answer:
    headers = service.headers("tax-clerk")
    response = await service.client.post("/graphql", json={"query": FAMILY}, headers=headers)
    return Answer(response.status_code, response.content, dict(response.headers))


@pytest.mark.holds("A-19", "M05", "M07")
def test_a_grant_that_ends_during_a_request_counts_from_the_next_one(service: Service) -> None:
    answer = service.run(answered_while_her_grant_is_ended(service))

    members = answer.data["resident"]["household"]["members"]
    assert [one["individualNumber"] for one in members] == list(NUMBERS[:3])
    grants = [entry["grants"] for entry in service.ledger()[-3:]]
    assert grants[0]
    assert grants == [grants[0]] * 3

    time.sleep(ACCESS_SECONDS)
    refused = service.ask("tax-clerk", FAMILY)
    assert refused.codes == ["PURPOSE_NOT_GRANTED"]
    assert NUMBERS[0] not in refused.content.decode()
    assert service.ledger()[-1]["code"] == "PURPOSE_NOT_GRANTED"


@pytest.mark.holds("E-05", "M08")
def test_every_entry_of_a_request_names_the_one_policy_that_decided_it(service: Service, tmp_path: Path) -> None:
    changed = tmp_path / "policies.polar"
    changed.write_text(POLICY_FILE.read_text("utf-8") + "\n# Read again, and found good.\n", "utf-8")
    with ExitStack() as stack:
        other = serve(service.url, stack, keys=service.material, policy_file=changed)
        for nth in range(6):
            assert (service, other)[nth % 2].ask("tax-clerk", FAMILY).data
        entries = service.ledger()

    hashes: dict[str, set[str]] = {}
    for entry in entries:
        if entry["operation"] == "Family":
            hashes.setdefault(entry["request_id"], set()).add(entry["policy_hash"])
    ours, theirs = Policy.load().hash, Policy.load(changed).hash
    assert list(hashes.values()) == [{ours}, {theirs}] * 3
