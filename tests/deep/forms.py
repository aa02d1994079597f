"""How the form of each procedure is filled in."""

from __future__ import annotations

from collections.abc import Mapping

from tests.deep.choices import Fill
from tests.deep.moving_forms import OF_MOVES
from tests.deep.record_forms import OF_RECORDS

FORMS: Mapping[str, Fill] = {**OF_MOVES, **OF_RECORDS}
"""By procedure."""
