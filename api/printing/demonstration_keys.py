"""The demonstration's own signing key and timestamp authority, made once under its home. Nobody should trust them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from api.keys import read_secret, write_secret
from api.printing.signing import Identity, Signing, read_identity

SIGNING, TIMESTAMPS = "demonstration-signing.p12", "demonstration-timestamps.p12"
_YEARS = timedelta(days=3650)
_SIGNS = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
_CERTIFIES = x509.KeyUsage(False, False, False, False, False, True, True, False, False)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def demonstration_signing(home: Path) -> Signing:
    """Who signs and who says when, from the files of this home, made where they are not there yet."""
    if not (home / SIGNING).exists() or not (home / TIMESTAMPS).exists():
        _make(home, datetime.now(UTC))
    times = _read(home / TIMESTAMPS)
    stamper = DummyTimeStamper(tsa_cert=times.certificate, tsa_key=times.key, certs_to_embed=times.chain)
    return Signing(_read(home / SIGNING), stamper)


def _read(path: Path) -> Identity:
    return read_identity(read_secret(path, path.name), None, path.name)


def _make(home: Path, at: datetime) -> None:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    times_key = rsa.generate_private_key(65537, 2048)  # the kind that pyHanko's own authority takes
    root = _draft("root", "root", root_key, at).sign(root_key, hashes.SHA256())
    city = _draft("city", "root", key, at).sign(root_key, hashes.SHA256())
    stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    times = _draft("timestamps", "root", times_key, at).add_extension(stamps, critical=True)
    write_secret(home / TIMESTAMPS, _packed(times_key, times.sign(root_key, hashes.SHA256()), root))
    write_secret(home / SIGNING, _packed(key, city, root))


def _packed(key: Key, certificate: x509.Certificate, root: x509.Certificate) -> bytes:
    return pkcs12.serialize_key_and_certificates(None, key, certificate, [root], NoEncryption())


def _draft(name: str, issuer: str, key: Key, at: datetime) -> x509.CertificateBuilder:
    """A certificate that its issuer has yet to sign."""
    is_root = name == issuer
    return (
        x509.CertificateBuilder(subject_name=_named(name), issuer_name=_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + _YEARS)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(_CERTIFIES if is_root else _SIGNS, critical=True)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"daicho demonstration {name}")])
