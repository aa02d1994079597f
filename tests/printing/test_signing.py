"""The city's signature: PAdES with a timestamp, over the whole document; what is changed after it shows."""

from __future__ import annotations

import asyncio
import stat
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from api.printing.demonstration_keys import SIGNING, TIMESTAMPS, demonstration_signing
from api.printing.press import open_press
from api.printing.signing import Signing, TimestampAuthority
from api.settings import PrintingSettings, SettingsError
from domain.certificates.kinds import CertificateKind
from domain.errors import Code, Refusal
from tests.printing.conftest import Print
from tests.printing.documents import a_document, japanese
from tests.printing.signatures import verified

PASSWORD = b"s3cret-of-the-key"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration's home."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def signing(home: Path) -> Signing:
    """Who signs in the demonstration."""
    return demonstration_signing(home)


@pytest.fixture(scope="module")
def pdf(printed: Print) -> bytes:
    """A copy, not yet signed."""
    return printed(a_document(CertificateKind.RESIDENT_RECORD_COPY, japanese())).pdf


def test_a_signed_document_is_trusted_whole_and_stamped_with_its_time(pdf: bytes, signing: Signing) -> None:
    status = verified(signing.signed(pdf), signing)
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted


def test_the_signature_is_a_pades_one_that_forbids_any_change(pdf: bytes, signing: Signing) -> None:
    (signature,) = PdfFileReader(BytesIO(signing.signed(pdf))).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.docmdp_level is not None
    assert signature.docmdp_level.name == "NO_CHANGES"


@pytest.mark.holds("S1-05")
def test_tampering_is_detected(pdf: bytes, signing: Signing) -> None:
    signed = bytearray(signing.signed(pdf))
    signed[len(pdf) // 2] ^= 1
    status = verified(bytes(signed), signing)
    assert not status.intact
    assert not status.bottom_line


def test_what_is_added_after_the_signature_is_detected(pdf: bytes, signing: Signing) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signing.signed(pdf)))
    writer.root[pdf_name("/Lang")] = pdf_string("en")
    writer.update_root()
    changed = BytesIO()
    writer.write(changed)
    assert not verified(changed.getvalue(), signing).bottom_line


def test_the_demonstrations_keys_are_made_once_and_for_nobody_else_to_read(home: Path, signing: Signing) -> None:
    again = demonstration_signing(home)
    assert again.identity.certificate.dump() == signing.identity.certificate.dump()
    assert {stat.S_IMODE((home / name).stat().st_mode) for name in (SIGNING, TIMESTAMPS)} == {0o600}


def test_keys_do_not_print(signing: Signing) -> None:
    assert "PRIVATE" not in repr(signing).upper()
    assert "chain" not in repr(signing.identity)


def authority(answer: httpx.Response) -> TimestampAuthority:
    """An authority that answers this."""
    return TimestampAuthority("https://time.example", httpx.MockTransport(lambda request: answer))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(200, text="busy", headers={"content-type": "text/plain"}),
        httpx.Response(200, content=b"nonsense", headers={"content-type": "application/timestamp-reply"}),
        httpx.Response(
            200,
            content=bytes.fromhex("30053003020102"),  # status: rejection
            headers={"content-type": "application/timestamp-reply"},
        ),
    ],
)
def test_without_a_timestamp_nothing_leaves_signed(pdf: bytes, signing: Signing, answer: httpx.Response) -> None:
    with pytest.raises(Refusal) as refused:
        Signing(signing.identity, authority(answer)).signed(pdf)
    assert refused.value.code is Code.SIGNING_UNAVAILABLE


def test_an_authority_that_does_not_answer_is_no_crash(pdf: bytes, signing: Signing) -> None:
    def hang(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("no answer", request=request)

    silent = TimestampAuthority("https://time.example", httpx.MockTransport(hang))
    with pytest.raises(Refusal):
        Signing(signing.identity, silent).signed(pdf)


def test_an_authority_at_an_address_stamps(pdf: bytes, signing: Signing) -> None:
    async def stamp(request: httpx.Request) -> httpx.Response:
        asked = tsp.TimeStampReq.load(request.content)
        answer = await signing.timestamper.async_request_tsa_response(asked)
        return httpx.Response(200, content=answer.dump(), headers={"content-type": "application/timestamp-reply"})

    remote = Signing(signing.identity, TimestampAuthority("https://time.example", httpx.MockTransport(stamp)))
    status = verified(remote.signed(pdf), signing)
    assert status.bottom_line
    assert status.timestamp_validity is not None


def key_file(home: Path, folder: Path, password: bytes | None) -> PrintingSettings:
    """Settings that name a city's own key, under a password where one is given."""
    key, certificate, others = pkcs12.load_key_and_certificates((home / SIGNING).read_bytes(), None)
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    packed = pkcs12.serialize_key_and_certificates(b"city", key, certificate, others, protection)  # type: ignore[arg-type] # an EC key
    for name, content in (("key.p12", packed), ("password", (password or b"") + b"\n")):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    return PrintingSettings(
        signing_key_file=folder / "key.p12",
        signing_password_file=folder / "password" if password else None,
        timestamp_url="https://time.example",
    )


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_citys_own_key_is_read(home: Path, signing: Signing, tmp_path: Path, password: bytes | None) -> None:
    open_press(key_file(home, tmp_path, password)).prepare()


@pytest.mark.parametrize("spoil", ["password", "key.p12"])
def test_a_key_that_cannot_be_read_stops_the_start_and_prints_nothing(
    home: Path, signing: Signing, tmp_path: Path, spoil: str
) -> None:
    settings = key_file(home, tmp_path, PASSWORD)
    (tmp_path / spoil).write_bytes(b"another")
    with pytest.raises(SettingsError, match="DAICHO_SIGNING_KEY_FILE") as refused:
        open_press(settings).prepare()
    assert PASSWORD.decode() not in str(refused.value) + refused.value.message_ja


def test_a_key_that_others_may_read_is_refused(home: Path, signing: Signing, tmp_path: Path) -> None:
    settings = key_file(home, tmp_path, None)
    (tmp_path / "key.p12").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        open_press(settings).prepare()


def test_without_a_key_nothing_leaves_signed(pdf: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        asyncio.run(open_press(PrintingSettings()).signed(pdf))
    assert refused.value.code is Code.SIGNING_UNAVAILABLE
