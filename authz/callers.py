"""Who is calling, and the little of it that a policy may know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What a checked token says: a person (or a system) at a terminal, before any purpose is named.

    `strength` is the token's authentication strength (`acr`), `application` the client that asks on the person's behalf
    (`azp` or `client_id`). No field holds an empty text where the register needs one: the authenticator refuses that.
    """

    subject: str
    display_name: str
    municipality_code: str
    department: str
    staff_number: str
    terminal: str
    application: str
    strength: str


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a policy may know about a caller; a decision is remembered under it.

    `switched_off` are the item classes that this person's grant closes (標準仕様書1.0 10.4).
    """

    department: str
    purpose: str
    switched_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Caller:
    """A person with a purpose: who may be let in, as the ledger names her.

    `place` is where the terminal stands; `grants` are the ids of the grants that let her use the purpose today;
    `purposes` are all that she could name today.
    """

    identity: Identity
    place: str
    grants: tuple[str, ...]
    profile: Profile
    purposes: tuple[str, ...] = ()

    @property
    def purpose(self) -> str:
        """The code of the purpose (事務) that this request named."""
        return self.profile.purpose
