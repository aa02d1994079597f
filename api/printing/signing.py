"""The city's electronic signature on a PDF (PAdES B-T): who issued it, when, and that nothing was changed since.

Loading this takes half a second, so that only what signs does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, cast

import httpx
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from api.settings import SettingsError
from domain.errors import Code, Refusal

FIELD: Final = "Signature"
TIMESTAMP_SECONDS: Final = 10.0
"""So long a timestamp authority may take."""
KEY_NAME: Final = "DAICHO_SIGNING_KEY_FILE"
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


@dataclass(frozen=True, slots=True)
class Identity:
    """A key, its certificate, and those between it and the root, of a PKCS#12 file."""

    certificate: x509.Certificate
    key: keys.PrivateKeyInfo = field(repr=False)
    chain: SimpleCertificateStore = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs, and who says when."""

    identity: Identity
    timestamper: TimeStamper

    def signed(self, pdf: bytes) -> bytes:
        """The document with a signature that certifies it: after it nothing may change.

        To be called outside an event loop. Raises `Refusal` (SIGNING_UNAVAILABLE).
        """
        signer = signers.SimpleSigner(
            signing_cert=self.identity.certificate, signing_key=self.identity.key, cert_registry=self.identity.chain
        )
        output = BytesIO()
        try:
            signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), _METADATA, signer, self.timestamper, output=output)
        except (SigningError, TimestampRequestError, PdfError, OSError, ValueError) as error:
            raise Refusal(Code.SIGNING_UNAVAILABLE) from error
        return output.getvalue()


_METADATA = PdfSignatureMetadata(
    field_name=FIELD,
    md_algorithm="sha256",
    subfilter=SigSeedSubFilter.PADES,
    certify=True,
    docmdp_permissions=MDPPerm.NO_CHANGES,
)


class TimestampAuthority(TimeStamper):
    """A timestamp authority at an address (RFC 3161)."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # it has a default without a type
        self._url = url
        self._transport = transport

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Its answer. Raises `TimestampRequestError`."""
        headers = {"content-type": _QUERY, "accept": _REPLY}
        try:
            async with httpx.AsyncClient(
                timeout=TIMESTAMP_SECONDS, trust_env=False, transport=self._transport
            ) as client:
                response = (await client.post(self._url, content=req.dump(), headers=headers)).raise_for_status()
        except httpx.HTTPError as error:
            raise TimestampRequestError("no answer") from error
        if response.headers.get("content-type") != _REPLY:
            raise TimestampRequestError("no timestamp")
        return tsp.TimeStampResp.load(response.content)


def read_identity(content: bytes, password: bytes | None, name: str = KEY_NAME) -> Identity:
    """What is in a PKCS#12 file. Raises `SettingsError`, naming the setting."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password)
    except ValueError:
        raise _unreadable(name) from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
        raise _unreadable(name)
    chain = SimpleCertificateStore()
    chain.register_multiple([_loaded(one.public_bytes(Encoding.DER)) for one in others])
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Identity(_loaded(certificate.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(plain), chain)


def _loaded(der: bytes) -> x509.Certificate:
    return cast(x509.Certificate, x509.Certificate.load(der))


def _unreadable(name: str) -> SettingsError:
    return SettingsError(
        f"{name}: no key with its certificate, or another password",
        f"{name}：鍵と証明書を読めないか、パスワードが違います",
    )
