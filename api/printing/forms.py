"""Which form a document is printed on."""

from __future__ import annotations

from enum import StrEnum

from domain.certificates.documents import Document
from domain.certificates.kinds import CertificateKind


class Form(StrEnum):
    """The layouts that the templates know: a sheet for each person, all in one list, and so on."""

    RECORD = "record"
    LIST = "list"
    ITEMS = "items"
    MOVING_OUT = "moving-out"
    NOTICE = "notice"
    INSPECTION = "inspection"


def form_of(document: Document) -> Form:
    """The form of a document: by its kind, and whether all stand on one list (世帯連記式)."""
    kind = document.kind
    if kind.is_notice_of_code:
        return Form.NOTICE
    if kind.has_chosen_items:
        return Form.ITEMS
    if kind in (CertificateKind.MOVING_OUT_CERTIFICATE, CertificateKind.MOVING_OUT_EQUIVALENT_CERTIFICATE):
        return Form.MOVING_OUT
    if kind is CertificateKind.REGISTER_INSPECTION_COPY:
        return Form.INSPECTION
    return Form.LIST if document.in_one_list else Form.RECORD
