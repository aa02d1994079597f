"""男女の別."""

from __future__ import annotations

from enum import StrEnum


class Sex(StrEnum):
    """男女の別 (住基法第7条第3号). It may be blank on a record (標準仕様書1.0 1.1.6): then it is `UNKNOWN`."""

    FEMALE = "FEMALE"
    MALE = "MALE"
    UNKNOWN = "UNKNOWN"
