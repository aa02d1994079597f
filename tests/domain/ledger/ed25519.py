"""Ed25519 as the notes want it, by the library that the service uses."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.ledger.note_keys import SignatureType, SignerKey, VerifierKey, make_signer

ORIGIN = "daicho.example/012131"


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature over the message."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def public_key_of(seed: bytes) -> bytes:
    """The public key of a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key(
    name: str = ORIGIN, number: int = 1, kind: SignatureType = SignatureType.ED25519
) -> tuple[SignerKey, VerifierKey]:
    """A key to sign with, the same for the same number, and its public half."""
    signer = make_signer(name, bytes([number]) * 32, public_key_of, kind)
    return signer, signer.verifier(public_key_of)
