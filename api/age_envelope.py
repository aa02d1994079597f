"""Encrypting what is given out in bulk: age files, which only the holder of the recipient's private key opens."""

from __future__ import annotations

from pyrage import RecipientError, encrypt, x25519  # type: ignore[import-untyped] # has no stubs of its own


class AgeEnvelope:
    """Envelopes for age's X25519 recipients (`age1…`); a passphrase or a plugin is none."""

    def accepts(self, recipient: str) -> bool:
        """Whether this is a public key, its checksum right."""
        try:
            x25519.Recipient.from_str(recipient)
        except RecipientError:
            return False
        return True

    def sealed(self, content: bytes, recipient: str) -> bytes:
        """The content as an age file."""
        return bytes(encrypt(content, [x25519.Recipient.from_str(recipient)]))
