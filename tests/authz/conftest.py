"""The policy that comes with daicho, and all that it answers, asked once for all tests of this room."""

from __future__ import annotations

import pytest

from authz.decisions import Decisions
from authz.policy import Decision, Policy
from tests.authz import policy_table
from tests.authz.policy_table import Cell
from tests.authz.visits import Street


@pytest.fixture(scope="session")
def failures() -> list[str]:
    """What the shared policy raised while deciding: nothing, ever."""
    return []


@pytest.fixture(scope="session")
def policy(failures: list[str]) -> Policy:
    """The policy as it comes, asked without a memory."""
    return Policy.load(on_failure=failures.append)


@pytest.fixture(scope="session")
def answers(policy: Policy) -> dict[Cell, Decision]:
    """Oso's own answer to every cell of the table."""
    return {cell: policy.decide(*cell) for cell in policy_table.decisions()}


@pytest.fixture(scope="session")
def remembered() -> Decisions:
    """The policy with a memory that all tests at the desk share."""
    return Decisions(Policy.load())


@pytest.fixture
def street(remembered: Decisions) -> Street:
    """A small register and a desk over it."""
    return Street(remembered)
