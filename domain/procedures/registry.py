"""Every procedure by its name, as policy, ledger and schema have it."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from domain.notifications import Notice
from domain.procedures import (
    corrections,
    households,
    matters,
    moving,
    moving_in,
    names,
    nationality,
    numbers,
    reversals,
    vital,
)

_MODULES: tuple[ModuleType, ...] = (
    *(moving_in, moving, vital, nationality, households, names),
    *(corrections, reversals, numbers, matters),
)

NOTICES: Mapping[str, type[Notice]] = {notice.procedure: notice for module in _MODULES for notice in module.NOTICES}
