"""A register office at random: clerks hand in, approve, withdraw, repeat themselves, race, crash; days pass.

Every rule takes choices of one shape, whatever stands in the register: so two clerks may race, and Hypothesis still
shrinks what it finds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from authz.changing import Answered
from domain.errors import Code, InvalidValue, Refusal
from domain.event_rules import planned_move_out
from domain.findings import Severity
from domain.notifications import Notification, State
from domain.procedures.filing import Filing
from domain.procedures.matters import IndividualMatter, RecordMatter
from domain.values.dates import RegisterDate
from tests.deep.choices import CHOICES, MOST, Choices
from tests.deep.crashes import TABLES, killed_at
from tests.deep.forms import FORMS
from tests.deep.record_forms import other_number
from tests.deep.world import Ask, World, days
from tests.domain.situations import number

MAKERS, CHECKERS = ("S1", "S2"), ("S8", "S9")

choices = st.tuples(*(st.integers(0, MOST) for _ in range(CHOICES)))
procedures = st.sampled_from(list(FORMS))
nth = st.integers(0, 5)

Answer = Answered | Refusal
Made = tuple[int, ...]


class RegisterMachine(RuleBasedStateMachine):
    """One run of the office."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.asked: list[Ask] = []
        self.keys = count(1)
        world.run(world.begin())

    # One clerk after the other.

    @rule(procedure=procedures, filled_in=choices, has_seen=st.booleans())
    def hand_in(self, procedure: str, filled_in: Made, has_seen: bool) -> None:
        """A form is handed in, and waits; or its checks find something."""
        ask = self._form(procedure, filled_in)
        ask = ask if has_seen else Ask(ask.clerk, ask.key, ask.about, acknowledged=frozenset())
        answer = self._ask(ask)
        if isinstance(answer, Answered) and answer.answer["stored"]:
            assert has_seen or not answer.answer["findings"]

    @rule(procedure=procedures, filled_in=choices)
    def do(self, procedure: str, filled_in: Made) -> None:
        """A form is handed in, and approved by another person."""
        answer = self._ask(self._form(procedure, filled_in))
        if notification := _provisional(answer):
            self._end("approve", notification)

    @rule(which=nth)
    def approve(self, which: int) -> None:
        """Somebody approves what waits."""
        if notification := self._waiting(which):
            self._end("approve", notification)

    @rule(which=nth)
    def withdraw(self, which: int) -> None:
        """Somebody withdraws what waits."""
        if notification := self._waiting(which):
            answer = self._end("withdraw", notification)
            assert isinstance(answer, Answered)

    @rule(which=nth)
    def approve_her_own(self, which: int) -> None:
        """Who handed it in tries to approve it herself."""
        if notification := self._waiting(which):
            answer = self._ask(Ask(notification.made.staff_number, self._key(), notification.id, "approve"))
            assert isinstance(answer, Refusal)
            assert answer.code is Code.NOT_PERMITTED

    @rule(filled_in=choices)
    def hand_in_one_number_twice(self, filled_in: Made) -> None:
        """Two are to be given the same number: nobody hears of it before the second approval, which is refused."""
        town = self.world.town
        given, made = number(next(town.serials)), Choices(filled_in)
        forms = [other_number(town, made, given) for _ in MAKERS]
        waiting = [_provisional(self._ask(Ask(who, self._key(), one))) for who, one in zip(MAKERS, forms, strict=True)]
        answers = [self._end("approve", one) for one in waiting if one]
        assert sum(isinstance(answer, Answered) for answer in answers) <= 1

    # Once, whatever becomes of the answers.

    @rule(which=nth)
    def ask_again(self, which: int) -> None:
        """The answer was lost, so the same is asked under the same key."""
        if self.asked:
            ask = self.asked[-1 - which % len(self.asked)]
            answer = self._ask(ask)
            assert isinstance(answer, Answered) or (ask.clerk, ask.key) not in self.world.answered

    @rule(which=nth)
    def ask_something_else(self, which: int) -> None:
        """A key that was used is used for something else."""
        used = [ask for ask in self.asked if (ask.clerk, ask.key) in self.world.answered]
        if used:
            ask = used[which % len(used)]
            answer = self._answer(Ask(ask.clerk, ask.key, self._another_form()))
            assert isinstance(answer, Refusal)
            assert answer.code is Code.IDEMPOTENCY_KEY_REUSED

    # At once.

    @rule(first=procedures, second=procedures, filled_in=choices, also=choices, alike=st.booleans())
    def hand_in_at_once(self, first: str, second: str, filled_in: Made, also: Made, alike: bool) -> None:
        """Two clerks hand in something at the same moment, `alike`: mostly about the same people."""
        asks = [self._form(first, filled_in), self._form(second, filled_in if alike else also)]
        for answer in self._at_once(*map(self.world.ask, asks)):
            self._expect(answer, Code.RECORD_HELD, Code.STALE_VERSION)
        self.asked += asks

    @rule(first=procedures, second=procedures, filled_in=choices, also=choices, alike=st.booleans())
    def hand_in_what_has_changed(self, first: str, second: str, filled_in: Made, also: Made, alike: bool) -> None:
        """Between what a clerk sees and what she hands in, something else is handed in and approved."""
        mine, other = self._form(first, filled_in), self._form(second, filled_in if alike else also)

        async def meanwhile() -> None:
            handed_in = await self.world.ask(other)
            self._expect(handed_in, Code.RECORD_HELD)
            if notification := _provisional(handed_in):
                await self.world.ask(Ask(CHECKERS[0], self._key(), notification.id, "approve"))

        self.world.store.meanwhile = meanwhile
        answer = self._answer(mine)
        self.world.store.meanwhile = None
        self._expect(answer, Code.RECORD_HELD, Code.STALE_VERSION)
        self.asked += [mine, other]
        self._compare()
        if notification := _provisional(answer):
            self._end("approve", notification)

    @rule(which=nth, same_key=st.booleans())
    def approve_at_once(self, which: int, same_key: bool) -> None:
        """Two approve the same notification, or one does so twice, since she hears nothing."""
        if notification := self._waiting(which):
            key = self._key()
            first = Ask(CHECKERS[0], key, notification.id, "approve")
            asks = [first, first if same_key else Ask(CHECKERS[1], key, notification.id, "approve")]
            answers = self._at_once(*map(self.world.ask, asks))
            self.asked += asks
            for answer in answers:
                self._expect_of_approval(answer, notification, Code.NOTIFICATION_ENDED)
            done = sum(isinstance(answer, Answered) and answer.answer["stored"] for answer in answers)
            assert done in ((0, 2) if same_key else (0, 1))

    @rule(procedure=procedures, filled_in=choices, table=st.sampled_from(TABLES))
    def crash(self, procedure: str, filled_in: Made, table: str) -> None:
        """The connection is lost in the middle of an approval; asked again under the same key, it is done."""
        notification = _provisional(self._ask(self._form(procedure, filled_in)))
        if notification is None:
            return
        self._compare()
        ask = Ask(self._checker(notification), self._key(), notification.id, "approve")
        answer = self.world.run(killed_at(self.world.connection, table, self.world.ask(ask)))
        if isinstance(answer, Refusal) and answer.code in (Code.STORE_UNAVAILABLE, Code.LEDGER_UNAVAILABLE):
            self._compare()
            answer = self._answer(ask)
        self._expect_of_approval(answer, notification)
        self.asked.append(ask)

    # Days.

    @rule(number=st.sampled_from((1, 5, 15, 200)))
    def days_pass(self, number: int) -> None:
        """Some days later; the daily job closes what is due."""
        self.world.at += days(number)
        result = self.world.run(self.world.close_due())
        book, today = self.world.book, self.world.town.today
        plans = {number: planned_move_out(history) for number, history in book.histories.items()}
        self._compare()
        due = {number for number, plan in plans.items() if plan and plan.changed_on.earliest <= today}
        homes = {hold[1] for one in book.provisional for hold in book.held_by(one)}
        left = {one for one in due if not book.records[one].is_closed}
        assert all(book.records[one].household_number.value in homes for one in left)
        assert bool(result.left) == bool(left)

    # After each.

    @invariant()
    def everything_holds(self) -> None:
        """What must always hold."""
        self._compare()

    def teardown(self) -> None:
        """What is compared once a run."""
        self.world.end()

    # How it is done.

    def _compare(self) -> None:
        self.world.run(self.world.compare())

    def _key(self) -> str:
        return f"key-{next(self.keys)}"

    def _form(self, procedure: str, filled_in: Made) -> Ask:
        key = self._key()
        made = Choices(filled_in)
        return Ask(made.one(MAKERS), key, FORMS[procedure](self.world.town, made))

    def _another_form(self) -> RecordMatter:
        town = self.world.town
        who, text = next(iter(town.records)), f"別件 {next(town.serials)}"
        filing = Filing(changed_on=RegisterDate.of(town.today))
        return RecordMatter(filing=filing, resident=who, matter=IndividualMatter.NATIONAL_PENSION, text=text)

    def _waiting(self, which: int) -> Notification | None:
        waiting = self.world.book.provisional
        return waiting[which % len(waiting)] if waiting else None

    def _checker(self, notification: Notification) -> str:
        return next(who for who in CHECKERS if who != notification.made.staff_number)

    def _answer(self, ask: Ask) -> Answer:
        return self.world.run(self.world.ask(ask))

    def _ask(self, ask: Ask) -> Answer:
        """Ask, alone: what the register says of others' work is then true of what waits."""
        held = bool(self.world.book.provisional)
        answer = self._answer(ask)
        self.asked.append(ask)
        if isinstance(ask.about, str):
            return answer
        self._expect(answer, *([Code.RECORD_HELD] if held else []))
        return answer

    def _end(self, action: str, notification: Notification) -> Answer:
        self._compare()
        answer = self._ask(Ask(self._checker(notification), self._key(), notification.id, action))
        self._expect_of_approval(answer, notification)
        return answer

    def _at_once(self, *work: Coroutine[Any, Any, Answer]) -> list[Answer]:
        async def both() -> list[Answer]:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one) for one in work]
            return [task.result() for task in tasks]

        return self.world.run(both())

    def _expect(self, answer: Answer, *codes: Code) -> None:
        """An answer, a value that is none on this record, or one of these refusals."""
        if isinstance(answer, Refusal) and not isinstance(answer, InvalidValue):
            assert answer.code in codes, (answer.code, answer.names, answer.message)

    def _expect_of_approval(self, answer: Answer, notification: Notification, *codes: Code) -> None:
        """It is done; unless somebody was given its number meanwhile, or a check's error waits on it."""
        if isinstance(answer, Refusal):
            taken = answer.code is Code.INVALID_INPUT and self.world.book.has_taken(notification)
            assert answer.code in codes or (taken and answer.names), (answer.code, answer.names, answer.message)
        elif not answer.answer["stored"]:
            assert any(one.severity is Severity.ERROR for one in notification.findings)


def _provisional(answer: Answer) -> Notification | None:
    """The notification that waits now, if one was handed in."""
    notification = answer.notification if isinstance(answer, Answered) else None
    return notification if notification and notification.state is State.PROVISIONAL else None
