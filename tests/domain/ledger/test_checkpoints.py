"""Checkpoints: their exact form, who must have signed them, and when two contradict each other."""

from __future__ import annotations

import base64

import pytest

from domain.errors import InvalidValue
from domain.ledger.checkpoints import LARGEST, Checkpoint, parse_checkpoint, read_checkpoint, require_continuation
from domain.ledger.note_keys import SignatureType, SignerKey
from domain.ledger.notes import Note, cosign, sign
from domain.ledger.proofs import consistency_proof
from domain.ledger.tree import EMPTY_ROOT
from tests.domain.ledger.ed25519 import ORIGIN, key, verify
from tests.domain.ledger.ed25519 import sign as ed25519
from tests.domain.ledger.naive import LEAVES, ROOTS, NaiveNodes

SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = base64.b64encode(ROOTS[3]).decode()
SIGNER, VERIFIER = key()
OTHER_SIGNER, OTHER_VERIFIER = key("other.example", 2)
WITNESS, WITNESS_KEY = key("witness.example", 3, SignatureType.COSIGNATURE)


def at(size: int, origin: str = ORIGIN, root: bytes | None = None) -> Checkpoint:
    return Checkpoint(origin, size, ROOTS[size] if root is None else root)


def signed(checkpoint: Checkpoint, *signers: SignerKey) -> bytes:
    body = checkpoint.body()
    return Note(body, tuple(sign(body, signer, ed25519) for signer in signers)).to_bytes()


def test_the_example_of_the_specification_is_read_and_written_alike() -> None:
    checkpoint = parse_checkpoint(SOFA)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.body() == SOFA


def test_an_empty_ledger_has_a_checkpoint() -> None:
    assert parse_checkpoint(at(0).body()) == Checkpoint(ORIGIN, 0, EMPTY_ROOT)


def test_extension_lines_are_kept() -> None:
    body = SOFA + "extension one\n— 二\n"
    assert parse_checkpoint(body).extensions == ("extension one", "— 二")
    assert parse_checkpoint(body).body() == body


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n",
        f"o\n3\n{ROOT}",
        "o\n3\n",
        f"o\n3\n{ROOT}\nno end",
        f"\n3\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n03\n{ROOT}\n",
        f"o\n+3\n{ROOT}\n",
        f"o\n-3\n{ROOT}\n",
        f"o\n 3\n{ROOT}\n",
        f"o\n3 \n{ROOT}\n",
        f"o\n３\n{ROOT}\n",
        f"o\n1_0\n{ROOT}\n",
        f"o\n0x3\n{ROOT}\n",
        f"o\n{LARGEST + 1}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        f"o\n3\n{ROOT}\n\n",
        f"o\n3\n{ROOT}\nx\n\ny\n",
        f"o\n3\n{ROOT[:-4]}\n",
        f"o\n3\n{ROOT} \n",
        f"o\n3\n{ROOT[:-1]}\n",
        f"o\n3\n{ROOT[:-2]}{chr(ord(ROOT[-2]) + 1)}=\n",
        f"o\n3\n{ROOT.replace('/', '_')}\n",
        f"o\n0\n{ROOT}\n",
        f"o\r\n3\n{ROOT}\n",
        f"o\n3\n{ROOT}\n\x00\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(body: str) -> None:
    with pytest.raises(InvalidValue):
        parse_checkpoint(body)


def test_a_checkpoint_is_read_when_its_ledger_has_signed_it() -> None:
    assert read_checkpoint(signed(at(3), SIGNER), VERIFIER, verify).checkpoint == at(3)


def test_a_checkpoint_tells_which_witnesses_saw_it_and_when() -> None:
    body = at(3).body()
    note = Note(body, (sign(body, SIGNER, ed25519), cosign(body, WITNESS, 5, ed25519)))
    read = read_checkpoint(note.to_bytes(), VERIFIER, verify, [WITNESS_KEY])
    assert read.seen_by == ((WITNESS_KEY, 5),)
    assert read_checkpoint(note.to_bytes(), VERIFIER, verify).seen_by == ()


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    body = at(3).body()
    note = Note(body, (cosign(body, WITNESS, 5, ed25519),))
    with pytest.raises(InvalidValue):
        read_checkpoint(note.to_bytes(), VERIFIER, verify, [WITNESS_KEY])


def test_another_ledger_s_checkpoint_is_refused_whoever_signed_it() -> None:
    for raw in (signed(at(3, "other.example"), SIGNER), signed(at(3), OTHER_SIGNER)):
        with pytest.raises(InvalidValue):
            read_checkpoint(raw, VERIFIER, verify)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    raw = Note("hello\n", (sign("hello\n", SIGNER, ed25519),)).to_bytes()
    with pytest.raises(InvalidValue):
        read_checkpoint(raw, VERIFIER, verify)


def test_two_roots_at_one_size_contradict_each_other() -> None:
    assert at(3).contradicts(at(3, root=ROOTS[4]))
    assert not at(3).contradicts(at(3))
    assert not at(3).contradicts(at(4))
    assert not at(3).contradicts(at(3, "other.example", ROOTS[4]))
    assert not at(3).contradicts(Checkpoint(ORIGIN, 3, ROOTS[3], ("an extension says nothing of the ledger",)))


@pytest.mark.holds("C-08")
def test_a_continuation_needs_its_proof() -> None:
    proof = consistency_proof(3, 7, NaiveNodes(LEAVES))
    require_continuation(at(3), at(7), proof)
    require_continuation(at(0), at(7), [])
    require_continuation(at(7), at(7), [])
    for older, newer, given in (
        (at(3), at(7), []),
        (at(3, root=ROOTS[4]), at(7), proof),
        (at(3), at(7, root=ROOTS[8]), proof),
        (at(7), at(3), proof),
        (at(7), at(7, root=ROOTS[8]), []),
        (at(3, "other.example"), at(7), proof),
        (at(0, "other.example"), at(7), []),
    ):
        with pytest.raises(InvalidValue):
            require_continuation(older, newer, given)
