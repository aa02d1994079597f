"""The town hall, as stories of life events live it: a counter, a second person, departments that follow, and days.

Everything goes through the running service. What the register office does is done with a key of its own, and each step
is looked for in the ledger where it is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from api.app import Services, new_id, opened
from api.cli import jobs
from api.cli.errand import Errand
from api.cli.system_caller import ADMINISTER
from authz.desk import JAPAN
from authz.entries import Request
from domain.jobs import CLOSE_DUE, JobResult
from tests.api.changing import MAKER, end, notify, register_of, stored
from tests.serving import Clocked, Service
from tests.village import CODE

LOOK = "query ($n: String!, $asOf: String) { resident(by: {addresseeNumber: $n}, asOf: $asOf) { %s } }"
FEED = """query ($after: String) { changes(after: $after, first: 100) {
    nodes { addresseeNumber items isOpen sequence } pageInfo { endCursor hasNextPage } } }"""
MEMBERS = "household { householdNumber householder { fullName } members { fullName relationshipToHouseholder } }"
HISTORY = "history(first: 20) { nodes { historyNumber validFrom changeReason %s } }"
NOBODY_YET = "query ($id: ID!) { notification(id: $id) { id } }"
OUTBOX = "SELECT counterpart, message FROM outbox WHERE addressee_number = $1 AND place > $2 ORDER BY place"


@dataclass
class TownHall:
    """The service, and how far each department has followed the changes."""

    clock: Clocked
    _heard: dict[str, str] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)

    @property
    def service(self) -> Service:
        """The service itself."""
        return self.clock.service

    # At the counter.

    def hands_in(self, procedure: str, notice: dict[str, Any], *seen: str) -> str:
        """A clerk hands it in, having seen these warnings; it is provisional, and in the ledger. Gives its id."""
        result = stored(notify(self.service, procedure, notice, seen=list(seen)))
        assert result["state"] == "PROVISIONAL"
        self._must_be_recorded(f"Mutation.{procedure}", "DEMO-1001")
        return str(result["notification"]["id"])

    def approves(self, id_: str) -> None:
        """The second person does what it proposes."""
        assert stored(end(self.service, "approve", id_))["state"] == "APPROVED"
        self._must_be_recorded("Mutation.approve", "DEMO-1008")

    def does(self, procedure: str, notice: dict[str, Any], *seen: str) -> None:
        """Both, one after the other."""
        self.approves(self.hands_in(procedure, notice, *seen))

    def is_warned(self, procedure: str, notice: dict[str, Any]) -> list[str]:
        """What the clerk must see and check before it is kept."""
        return self._findings(procedure, notice, "WARNING")

    def is_refused(self, procedure: str, notice: dict[str, Any]) -> list[str]:
        """Why it is not kept, whatever the clerk says."""
        return self._findings(procedure, notice, "ERROR")

    def _findings(self, procedure: str, notice: dict[str, Any], severity: str) -> list[str]:
        """The codes of what the checks find; nothing is kept, and the ledger has the refusal."""
        before = register_of(self.service)
        (result,) = notify(self.service, procedure, notice).data.values()
        assert (result["stored"], result["notification"]) == (False, None)
        assert register_of(self.service) == before
        entry, codes = self.service.ledger()[-1], [one["code"] for one in result["findings"]]
        assert (entry["path"], entry["kind"]) == (f"Mutation.{procedure}", "REFUSAL")
        assert entry["code"] in codes
        assert {one["severity"] for one in result["findings"]} == {severity}
        return codes

    def _must_be_recorded(self, path: str, staff_number: str) -> None:
        entry = next(one for one in reversed(self.service.ledger()) if one["path"] == path)
        assert (entry["kind"], entry["staff_number"], entry["code"]) == ("CHANGE", staff_number, None)
        assert entry["groups"][0]["subjects"]

    # Elsewhere in the building.

    def looks(self, number: str, items: str, caller: str = MAKER, as_of: str | None = None) -> dict[str, Any]:
        """What somebody reads of a record."""
        answer = self.service.ask(caller, LOOK % items, {"n": number, "asOf": as_of})
        record: dict[str, Any] = answer.data["resident"]
        return record

    def says(self, number: str, item: str, caller: str = MAKER, as_of: str | None = None) -> Any:
        """What the record says of one item."""
        return self.looks(number, item, caller, as_of)[item]

    def at_home(self, number: str) -> tuple[str | None, dict[str | None, str | None]]:
        """The householder of somebody's household, and everybody in it with what she is to the householder."""
        home = self.looks(number, MEMBERS)["household"]
        head = home["householder"]
        people = {one["fullName"]: one["relationshipToHouseholder"] for one in home["members"]}
        return head and head["fullName"], people

    def hears(self, caller: str) -> list[tuple[str | None, set[str]]]:
        """Of whom a department hears since it last listened, and the items that changed; closed to it: none."""
        page = self.service.ask(caller, FEED, {"after": self._heard.get(caller)}).data["changes"]
        assert not page["pageInfo"]["hasNextPage"]
        if page["nodes"]:
            self._heard[caller] = page["pageInfo"]["endCursor"]
        return [(one["addresseeNumber"], set(one["items"])) for one in page["nodes"]]

    def sees_nothing_of(self, id_: str, caller: str) -> bool:
        """Whether a notification is none for a department, in its list, by its id and in the feed."""
        known = self.service.ask(caller, NOBODY_YET, {"id": id_}).data["notification"]
        listed = self.service.ask(caller, "{ notifications(first: 5) { nodes { id } } }").data["notifications"]
        return (known, listed["nodes"], self.hears(caller)) == (None, [], [])

    def writes_to(self, number: str) -> list[tuple[str, str]]:
        """The messages about somebody that wait since this was last asked: to whom, of which kind."""
        rows = self.service.execute(OUTBOX, number, self._told.get(number, 0))
        self._told[number] = self._told.get(number, 0) + len(rows)
        return [(row["counterpart"], row["message"]) for row in rows]

    def history(self, number: str, items: str, caller: str = MAKER) -> list[dict[str, Any]]:
        """The versions of a record, from the first."""
        nodes = self.looks(number, HISTORY % items, caller)["history"]["nodes"]
        return sorted(nodes, key=lambda one: one["historyNumber"])

    def finds(self, where: str, caller: str = MAKER) -> list[str]:
        """Whom a search finds, by addressee number."""
        answer = self.service.ask(caller, f"{{ residents(where: {{{where}}}) {{ nodes {{ addresseeNumber }} }} }}")
        return [one["addresseeNumber"] for one in answer.data["residents"]["nodes"]]

    # Days.

    def day_comes(self, day: date) -> None:
        """It is this day, nine in the morning."""
        self.clock.at = datetime.combine(day, time(9), JAPAN)

    def runs_the_daily_job(self) -> JobResult:
        """What comes of the night's closing, run for today."""

        async def work() -> JobResult:
            async with opened(self.service.settings, self.service.material) as services:
                return await jobs._run(self._errand(services), CLOSE_DUE, services.desk.today())

        return self.service.run(work())

    def _errand(self, services: Services) -> Errand:
        return Errand("daicho jobs run", ADMINISTER, services, CODE, Request(new_id(self.clock.at)))
