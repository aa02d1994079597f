"""What pyHanko finds of a document's signature."""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from api.printing.signing import Signing


def verified(pdf: bytes, signing: Signing) -> PdfSignatureStatus:
    """What who trusts the demonstration's root finds of the one signature."""
    context = ValidationContext(trust_roots=list(signing.identity.chain), allow_fetching=False)
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, context, context)
