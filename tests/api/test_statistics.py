"""Statistics through the graph: whose they are, what they hold, and that nobody's record is in them."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest

from api.graphql.subjects import statistics
from tests.api.cases.actors import Seat, seated
from tests.api.changing import CHECKER, a_filing, a_move, a_move_in, end, notify, stored
from tests.serving import Answer, Service
from tests.village import number_of

pytestmark = pytest.mark.holds("S1-08")

DESK = "register-desk"
PEOPLE = {"residents": 7, "male": 1, "female": 6, "sexUnknown": 0, "japanese": 6, "foreign": 1}
HOMES = {"households": 4, "japaneseHouseholds": 3, "foreignHouseholds": 1, "mixedHouseholds": 0}
TOTALS = " ".join(PEOPLE | HOMES)
POPULATION = f"query P($day: String) {{ populationStatistics(asOf: $day) {{ asOf {TOTALS} }} }}"
BY_TOWN = "{ populationStatistics(by: [TOWN, SEX]) { cells { town sex age people } csv } }"
CHANGES = """query C($from: String! = "2026-11-01", $to: String! = "2026-11-23", $by: [MovementDimension!]! = []) {
    changeSummaryReport(from: $from, to: $to, by: $by) {
    births deaths naturalChange movedIn movedOut movedWithin
    socialChange entries deletions revisions netChange
    cells { reason reasonJa effect month town sex changes } csv } }"""
SVG = "{http://www.w3.org/2000/svg}"


def population(service: Service, day: str | None = None) -> dict[str, Any]:
    """The totals of a day."""
    found: dict[str, Any] = service.ask(DESK, POPULATION, {"day": day}).data["populationStatistics"]
    return found


def changes(service: Service, **asked: Any) -> dict[str, Any]:
    """The changes of this month."""
    found: dict[str, Any] = service.ask(DESK, CHANGES, asked).data["changeSummaryReport"]
    return found


def by_reason(report: dict[str, Any]) -> dict[str, int]:
    """How many changes have which reason."""
    return {cell["reasonJa"]: cell["changes"] for cell in report["cells"]}


def approved(service: Service, name: str, notice: dict[str, Any], **given: Any) -> str:
    """Hand a notice in and have it approved; its id."""
    told = stored(notify(service, name, notice, **given))
    id_ = str(told["notification"]["id"])
    seen = [one["code"] for one in told["findings"]]
    document = f'mutation {{ approve(id: "{id_}", idempotencyKey: "a{id_}", acknowledge: $seen) {{ stored }} }}'
    answer = service.ask(CHECKER, document.replace("mutation", "mutation A($seen: [String!]!)"), {"seen": seen})
    assert answer.data["approve"]["stored"], answer.json
    return id_


def test_the_village_is_counted(shared_service: Service) -> None:
    assert population(shared_service) == {"asOf": "2026-11-23", **PEOPLE, **HOMES}


@pytest.mark.parametrize(
    ("day", "residents"),
    [("2025-06-29", 8), ("2025-06-30", 7), ("平成27年4月1日", 7), ("平成27年3月31日", 5), ("1900-01-01", 0)],
)
def test_who_moved_out_is_counted_until_the_day_before(shared_service: Service, day: str, residents: int) -> None:
    assert population(shared_service, day)["residents"] == residents


def test_the_population_by_town_and_sex_is_data_and_csv(shared_service: Service) -> None:
    found = shared_service.ask(DESK, BY_TOWN).data["populationStatistics"]

    assert found["cells"] == [
        {"town": "字勇払", "sex": "FEMALE", "age": None, "people": 2},
        {"town": "旭町四丁目", "sex": "FEMALE", "age": None, "people": 4},
        {"town": "旭町四丁目", "sex": "MALE", "age": None, "people": 1},
    ]
    assert list(csv.reader(io.StringIO(found["csv"])))[1:] == [
        ["字勇払", "女 FEMALE", "2"],
        ["旭町四丁目", "女 FEMALE", "4"],
        ["旭町四丁目", "男 MALE", "1"],
    ]


def test_the_pyramid_is_a_picture_of_counts_that_runs_nothing(shared_service: Service) -> None:
    told = shared_service.ask(DESK, "{ populationStatistics { pyramid } }").data["populationStatistics"]

    drawing = ElementTree.fromstring(told["pyramid"])  # noqa: S314 - our own
    titles = [drawing.findtext(f"{SVG}{name}") or "" for name in ("title", "desc")]
    assert titles[0] == "人口ピラミッド / Population pyramid"
    assert "人口 population 7" in titles[1]
    assert {element.tag.removeprefix(SVG) for element in drawing.iter()} == {
        *("svg", "title", "desc", "defs", "pattern", "rect", "line", "text")
    }
    assert "on" not in {name[:2] for element in drawing.iter() for name in element.attrib}
    texts = [element.text for element in drawing.iter(f"{SVG}text")]
    assert {"男 Male　1", "女 Female　6", "75–79", "100+", "外国人住民 Foreign residents"} <= set(texts)


@pytest.mark.holds("M08")
def test_whoever_counts_is_in_the_ledger_and_nobody_counted_is(shared_service: Service) -> None:
    before = len(shared_service.ledger())
    shared_service.ask(DESK, BY_TOWN)

    (entry,) = shared_service.ledger()[before:]
    assert (entry["path"], entry["kind"], entry["groups"], entry["staff_number"]) == (
        *("Query.populationStatistics", "READ", [], "DEMO-1001"),
    )


@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk", "support-officer", "care-clerk"])
@pytest.mark.parametrize("document", [POPULATION, BY_TOWN, CHANGES])
def test_nobody_else_counts(shared_service: Service, caller: str, document: str) -> None:
    before = len(shared_service.ledger())
    answer = shared_service.ask(caller, document)

    assert (answer.codes, answer.json["data"]) == (["NOT_PERMITTED"], None)
    (entry,) = shared_service.ledger()[before:]
    assert (entry["kind"], entry["code"]) == ("REFUSAL", "NOT_PERMITTED")


def test_who_may_not_see_an_item_may_not_count_by_it(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = seated(service, monkeypatch, Seat("市民生活部住民課", "resident_register", ("residence_status",)))

    def ask(by: str) -> Answer:
        return service.ask(caller, f"{{ populationStatistics(by: [{by}]) {{ cells {{ people }} }} }}")

    for by, item in (
        ("NATIONALITY_OR_REGION", "nationalityOrRegion"),
        ("FOREIGN_RESIDENT_CATEGORY", "foreignResidentCategory"),
        ("STATUS_OF_RESIDENCE", "statusOfResidence"),
    ):
        refused = ask(by)
        assert refused.codes == ["SEARCH_NOT_PERMITTED"]
        assert refused.json["errors"][0]["extensions"]["names"] == [item]
    assert ask("CITIZENSHIP").data["populationStatistics"]["cells"] == [{"people": 1}, {"people": 6}]


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ('{ populationStatistics(asOf: "2026-11-24") { residents } }', "asOf"),
        ('{ populationStatistics(asOf: "昨日") { residents } }', "asOf"),
        ('{ populationStatistics(knownAt: "昨日") { residents } }', "knownAt"),
        ('{ changeSummaryReport(from: "2026-11-01", to: "2026-11-24") { entries } }', "to"),
        ('{ changeSummaryReport(from: "2026-11-02", to: "2026-11-01") { entries } }', "to"),
        ('{ changeSummaryReport(from: "2026", to: "2026-11-01") { entries } }', "from"),
    ],
)
def test_a_day_that_is_none_or_has_not_come_is_refused_by_its_name(
    shared_service: Service, document: str, name: str
) -> None:
    answer = shared_service.ask(DESK, document)

    assert answer.codes == ["INVALID_INPUT"]
    assert f"'{name}'" in answer.json["errors"][0]["message"]


def test_more_cells_than_an_answer_holds_are_had_as_csv(
    shared_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "MOST_CELLS", 2)

    assert shared_service.ask(DESK, BY_TOWN).codes == ["LIMIT_EXCEEDED"]
    only_csv = BY_TOWN.replace("cells { town sex age people }", "")
    assert shared_service.ask(DESK, only_csv).data["populationStatistics"]["csv"].count("\r\n") == 4


def test_what_happened_is_counted_by_its_reason(service: Service) -> None:
    assert changes(service)["cells"] == []
    approved(service, "moveIn", a_move_in())
    approved(service, "moveWithin", a_move(9))
    approved(service, "death", {"filing": a_filing(), "resident": number_of(7)}, seen=["HOUSEHOLDER_LEAVES"])

    report = changes(service, by=["TOWN", "MONTH"])

    assert by_reason(report) == {"国内転入": 1, "転居": 1, "死亡": 1}
    names = ("births", "deaths", "movedIn", "movedOut", "movedWithin", "entries", "deletions", "revisions")
    assert [report[name] for name in names] == [0, 1, 1, 0, 1, 1, 1, 1]
    assert (report["naturalChange"], report["socialChange"], report["netChange"]) == (-1, 1, 0)
    assert {(cell["town"], cell["month"]) for cell in report["cells"]} == {
        *(("旭町三丁目", "2026-11"), ("旭町四丁目", "2026-11"))
    }
    assert "転居 MOVE_WITHIN" in report["csv"]
    assert population(service)["residents"] == 7


def test_who_plans_to_move_out_stays_counted_until_she_has(service: Service) -> None:
    plan = {"filing": a_filing("2026-12-20"), "residents": [number_of(9)], "plannedMoveOutAddress": "青森県青森市"}
    approved(service, "moveOut", plan)

    assert population(service)["residents"] == 7
    assert by_reason(changes(service)) == {}


def test_a_death_that_is_taken_back_is_counted_and_so_is_its_reversal(service: Service) -> None:
    id_ = approved(service, "death", {"filing": a_filing(), "resident": number_of(9)})
    assert population(service)["residents"] == 6
    approved(service, "reverse", {"filing": a_filing(), "notification": id_}, seen=["NO_HOUSEHOLDER"])

    report = changes(service)

    assert by_reason(report) == {"死亡": 1, "異動の取消し（増）": 1}
    assert (report["netChange"], population(service)["residents"]) == (0, 7)


def test_what_is_only_said_again_after_a_correction_is_not_counted_twice(service: Service) -> None:
    first = approved(service, "moveWithin", a_move(9, filing=a_filing("2026-11-18")))
    approved(service, "moveWithin", a_move(9, address="北海道苫小牧市旭町1丁目1番1号"))
    correction = {"filing": a_filing(), "resident": number_of(9), "notification": first}
    approved(service, "correctClericalError", correction | {"items": {"familyRegisterHead": "仮置　桂子"}})

    assert by_reason(changes(service)) == {"転居": 2, "誤記修正": 1}


def test_a_provisional_change_is_not_counted(service: Service) -> None:
    id_ = stored(notify(service, "moveWithin", a_move(9)))["notification"]["id"]
    assert changes(service)["cells"] == []
    end(service, "approve", id_)
    assert by_reason(changes(service)) == {"転居": 1}
