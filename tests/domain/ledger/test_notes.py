"""Signed notes: the published ones open, and nothing else does."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.ledger.note_keys import SignatureType, parse_signer_key, parse_verifier_key
from domain.ledger.notes import LONGEST_NOTE, MOST_SIGNATURES, Note, Signature, cosign, open_note, parse_note, sign
from tests.domain.ledger.ed25519 import key, public_key_of, verify
from tests.domain.ledger.ed25519 import sign as ed25519

# C2SP signed-note, "Verifier keys": the example.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# golang.org/x/mod/sumdb/note: the keys and the note of its tests.
PETER_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETERS_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# C2SP tlog-checkpoint and tlog-cosignature: the example, whose keys are not published.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
TEXT = "a text\n\nof two parts\n"
SIGNER, VERIFIER = key()
OTHER_SIGNER, OTHER_VERIFIER = key("other.example", 2)
WITNESS, WITNESS_KEY = key("witness.example", 3, SignatureType.COSIGNATURE)


def note(text: str = TEXT, *signatures: Signature) -> bytes:
    return Note(text, signatures or (sign(text, SIGNER, ed25519),)).to_bytes()


def test_the_example_of_the_specification_opens() -> None:
    opened = open_note(EXAMPLE.encode(), [parse_verifier_key(EXAMPLE_KEY)], verify)
    assert opened.text == "This is an example message.\n"
    assert [str(signer) for signer in opened.signers] == [EXAMPLE_KEY]


def test_the_reference_implementation_s_key_signs_the_same_bytes() -> None:
    signer = parse_signer_key(PETER_SIGNER)
    assert sign(PETERS_TEXT, signer, ed25519).line() == PETERS_LINE
    assert str(signer.verifier(public_key_of)) == PETER
    assert signer.secret_text() == PETER_SIGNER
    opened = open_note(f"{PETERS_TEXT}\n{PETERS_LINE}".encode(), [*map(parse_verifier_key, (PETER, ENOCH))], verify)
    assert [signer.name for signer in opened.signers] == ["PeterNeumann"]


def test_a_published_checkpoint_with_a_witness_is_read_and_written_alike() -> None:
    read = parse_note(SOFA.encode())
    assert [each.name for each in read.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert int.from_bytes(read.signatures[1].value[:8], "big") == 1679315147
    assert read.to_bytes() == SOFA.encode()


@pytest.mark.parametrize(
    "text", [EXAMPLE_KEY, PETER, ENOCH, "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"]
)
def test_a_verifier_key_is_read_and_written_alike(text: str) -> None:
    assert str(parse_verifier_key(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "a name+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        EXAMPLE_KEY.replace("foo", "bar"),
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("530d903a", "30d903a"),
        EXAMPLE_KEY + "\n",
        EXAMPLE_KEY + "=",
        EXAMPLE_KEY[:-4],
        "name+00000000+AwEB",
        "rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!",
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_verifier_key(text)


@pytest.mark.parametrize(
    "text", [PETER_SIGNER[:-4], PETER_SIGNER.removeprefix("PRIVATE+"), PETER, PETER_SIGNER + "AA=="]
)
def test_what_is_no_signer_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_signer_key(text)
    assert "AYEKFALV" not in f"{refused.value!r} {refused.value.message}"


def test_a_signer_key_does_not_print_its_secret() -> None:
    signer = parse_signer_key(PETER_SIGNER)
    assert repr(signer.seed) not in repr(signer)
    assert "AYEKFALV" not in f"{signer} {signer!r}"


def test_a_signer_key_with_the_id_of_another_key_is_refused() -> None:
    with pytest.raises(InvalidValue):
        parse_signer_key(PETER_SIGNER.replace("c74f20a3", "c74f20a4")).verifier(public_key_of)


@given(st.text(max_size=30).map(lambda text: "".join(each for each in text if each >= " ") + "\n"))
def test_any_text_is_signed_and_opened(text: str) -> None:
    assert open_note(note(text), [VERIFIER], verify).text == text


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    unknown = Signature(VERIFIER.name, b"\x00\x01\x02\x03", b"what another algorithm says")
    same_id = Signature("another.example", VERIFIER.id, b"x" * 64)
    raw = note(TEXT, unknown, same_id, sign(TEXT, SIGNER, ed25519), sign(TEXT, OTHER_SIGNER, ed25519))
    assert list(open_note(raw, [VERIFIER], verify).signers) == [VERIFIER]
    assert list(open_note(raw, [VERIFIER, OTHER_VERIFIER], verify).signers) == [VERIFIER, OTHER_VERIFIER]


def test_a_note_that_only_unknown_keys_signed_is_refused() -> None:
    for keys in ([], [OTHER_VERIFIER]):
        with pytest.raises(InvalidValue, match="INVALID_VALUE") as refused:
            open_note(note(), keys, verify)
        assert "known key" in refused.value.reason


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    right, other = sign(TEXT, SIGNER, ed25519), sign(TEXT, OTHER_SIGNER, ed25519)
    wrong = Signature(right.name, right.key_id, bytes([right.value[0] ^ 1]) + right.value[1:])
    for raw in (note(TEXT, wrong), note(TEXT, other, wrong), note(TEXT, right, wrong)):
        with pytest.raises(InvalidValue):
            open_note(raw, [VERIFIER, OTHER_VERIFIER], verify)


def test_every_single_byte_of_a_note_counts() -> None:
    raw = note()
    for at in range(len(raw)):
        for turned in (1, 32, 128):
            with pytest.raises(InvalidValue):
                open_note(raw[:at] + bytes([raw[at] ^ turned]) + raw[at + 1 :], [VERIFIER], verify)


def test_two_keys_that_a_note_cannot_tell_apart_are_refused() -> None:
    with pytest.raises(InvalidValue):
        open_note(note(), [VERIFIER, VERIFIER], verify)


LINE = sign(TEXT, SIGNER, ed25519).line()
NEXT_BITS = chr(ord(LINE[-3]) + 1).encode() + b"=\n"


@pytest.mark.parametrize(
    "raw",
    {
        "nothing": b"",
        "no signature": TEXT.encode() + b"\n",
        "no blank line": b"text\n" + LINE.encode(),
        "no text": b"\n" + LINE.encode(),
        "only a signature": sign("\n", SIGNER, ed25519).line().encode(),
        "no dash": note().replace("— ".encode(), b""),
        "no last line's end": note()[:-1],
        "a line's end more": note() + b"\n",
        "not UTF-8": b"\xff" + note(),
        "a carriage return": note().replace(b"\n", b"\r\n"),
        "a tab": note().replace(b"a text", b"a\ttext"),
        "a hyphen for the dash": note().replace("—".encode(), b"-"),
        "two spaces": note().replace("— ".encode(), "—  ".encode()),
        "a space in the name": note().replace(VERIFIER.name.encode(), b"a name"),
        "a plus in the name": note().replace(VERIFIER.name.encode(), b"a+name"),
        "a wide space in the name": note().replace(VERIFIER.name.encode(), "a\u3000name".encode()),
        "no name": note().replace(VERIFIER.name.encode(), b""),
        "only an id": TEXT.encode() + b"\n" + f"— name {base64.b64encode(b'1234').decode()}\n".encode(),
        "not base64": TEXT.encode() + "\n— name !!!!!!!!\n".encode(),
        "base64 with other last bits": note().replace(LINE[-3:].encode(), NEXT_BITS),
        "a second part behind the signature": note().replace(b"=\n", b"= x\n"),
    }.items(),
    ids=lambda each: each[0],
)
def test_what_is_no_note_is_refused(raw: tuple[str, bytes]) -> None:
    with pytest.raises(InvalidValue):
        parse_note(raw[1])


@pytest.mark.parametrize(
    "name", ["", "a name", "a+name", "a\u3000name", "a\u00a0name", "a\nname", "a\x00name", "a\x7f name"]
)
def test_a_key_cannot_have_a_name_that_a_note_cannot_carry(name: str) -> None:
    with pytest.raises(InvalidValue):
        key(name)


@pytest.mark.parametrize("text", ["", "no end", "a\ttab\n", "\x00\n", "\r\n", "\ud800\n"])
def test_a_text_that_no_note_can_have_is_not_signed(text: str) -> None:
    with pytest.raises(InvalidValue):
        sign(text, SIGNER, ed25519)


def test_sixteen_large_signatures_are_accepted_and_a_flood_is_not() -> None:
    right, large = sign(TEXT, SIGNER, ed25519), Signature("large.example", b"abcd", b"x" * 5_000)
    assert open_note(note(TEXT, *[large] * 16, right), [VERIFIER], verify).text == TEXT
    flood = TEXT.encode() + b"\n" + large.line().encode() * MOST_SIGNATURES + LINE.encode()
    long = note("x" * LONGEST_NOTE + "\n")
    for raw in (flood, long):
        with pytest.raises(InvalidValue):
            open_note(raw, [VERIFIER], verify)


def test_a_witness_signs_what_it_saw_and_when() -> None:
    seen = parse_note(note()).with_signature(cosign(TEXT, WITNESS, 1679315147, ed25519))
    opened = open_note(seen.to_bytes(), [VERIFIER, WITNESS_KEY], verify)
    assert opened.signers == {VERIFIER: None, WITNESS_KEY: 1679315147}
    signed = b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    assert verify(WITNESS_KEY.public_key, signed, seen.signatures[1].value[8:])


def test_a_witness_s_time_cannot_be_changed() -> None:
    true = cosign(TEXT, WITNESS, 1679315147, ed25519)
    for value in ((1679315148).to_bytes(8, "big") + true.value[8:], b"\xff" * 8 + true.value[8:], true.value[:7], b"1"):
        with pytest.raises(InvalidValue):
            open_note(note(TEXT, Signature(true.name, true.key_id, value)), [WITNESS_KEY], verify)


def test_a_time_beyond_the_last_one_is_refused_though_it_was_signed() -> None:
    late = 2**63
    value = ed25519(WITNESS.seed, f"cosignature/v1\ntime {late}\n{TEXT}".encode())
    with pytest.raises(InvalidValue):
        open_note(
            note(TEXT, Signature(WITNESS.name, WITNESS.id, late.to_bytes(8, "big") + value)), [WITNESS_KEY], verify
        )


def test_a_key_signs_only_what_it_is_for() -> None:
    with pytest.raises(InvalidValue):
        sign(TEXT, WITNESS, ed25519)
    with pytest.raises(InvalidValue):
        cosign(TEXT, SIGNER, 1, ed25519)
    with pytest.raises(InvalidValue):
        cosign(TEXT, WITNESS, -1, ed25519)
