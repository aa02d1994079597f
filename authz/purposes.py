"""Purposes (事務), as the policy declares them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """An administrative purpose: what a caller names in `Daicho-Purpose`.

    `name` and `legal_basis` are Japanese; `uses_individual_number` says whether it is 個人番号利用事務 (番号法第9条).
    """

    code: str
    name: str = ""
    legal_basis: str = ""
    uses_individual_number: bool = False
