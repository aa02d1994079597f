"""The documents that are issued of the register (標準仕様書1.0 1.3.8, 20.1-20.4)."""

from __future__ import annotations

from enum import StrEnum


class CertificateKind(StrEnum):
    """What is issued: a copy, a certificate of items, a moving-out certificate, a notice (証明書・通知書の種別)."""

    RESIDENT_RECORD_COPY = "RESIDENT_RECORD_COPY"
    RESIDENT_RECORD_ITEMS_CERTIFICATE = "RESIDENT_RECORD_ITEMS_CERTIFICATE"
    CLOSED_RESIDENT_RECORD_COPY = "CLOSED_RESIDENT_RECORD_COPY"
    CLOSED_RECORD_ITEMS_CERTIFICATE = "CLOSED_RECORD_ITEMS_CERTIFICATE"
    MOVING_OUT_CERTIFICATE = "MOVING_OUT_CERTIFICATE"
    MOVING_OUT_EQUIVALENT_CERTIFICATE = "MOVING_OUT_EQUIVALENT_CERTIFICATE"
    RESIDENT_RECORD_CODE_NOTICE = "RESIDENT_RECORD_CODE_NOTICE"
    RESIDENT_RECORD_CODE_CHANGE_NOTICE = "RESIDENT_RECORD_CODE_CHANGE_NOTICE"
    RESIDENT_RECORD_CODE_CORRECTION_NOTICE = "RESIDENT_RECORD_CODE_CORRECTION_NOTICE"
    WIDE_AREA_RESIDENT_RECORD_COPY = "WIDE_AREA_RESIDENT_RECORD_COPY"
    REGISTER_INSPECTION_COPY = "REGISTER_INSPECTION_COPY"

    @property
    def japanese(self) -> str:
        """Its title."""
        return _TITLES[self]

    @property
    def is_of_closed_record(self) -> bool:
        """Whether it is made of a 除票, and of nothing else."""
        return self in (
            CertificateKind.CLOSED_RESIDENT_RECORD_COPY,
            CertificateKind.CLOSED_RECORD_ITEMS_CERTIFICATE,
            CertificateKind.MOVING_OUT_EQUIVALENT_CERTIFICATE,
        )

    @property
    def has_chosen_items(self) -> bool:
        """Whether it certifies the items that were chosen, and no others (記載事項証明書)."""
        return self in (
            CertificateKind.RESIDENT_RECORD_ITEMS_CERTIFICATE,
            CertificateKind.CLOSED_RECORD_ITEMS_CERTIFICATE,
        )

    @property
    def is_notice_of_code(self) -> bool:
        """Whether it tells a resident her Resident Record Code (住基法第30条の3, 第30条の4)."""
        return self in (
            CertificateKind.RESIDENT_RECORD_CODE_NOTICE,
            CertificateKind.RESIDENT_RECORD_CODE_CHANGE_NOTICE,
            CertificateKind.RESIDENT_RECORD_CODE_CORRECTION_NOTICE,
        )


_TITLES = {
    CertificateKind.RESIDENT_RECORD_COPY: "住民票の写し",
    CertificateKind.RESIDENT_RECORD_ITEMS_CERTIFICATE: "住民票記載事項証明書",
    CertificateKind.CLOSED_RESIDENT_RECORD_COPY: "住民票の除票の写し",
    CertificateKind.CLOSED_RECORD_ITEMS_CERTIFICATE: "住民票除票記載事項証明書",
    CertificateKind.MOVING_OUT_CERTIFICATE: "転出証明書",
    CertificateKind.MOVING_OUT_EQUIVALENT_CERTIFICATE: "転出証明書に準ずる証明書",
    CertificateKind.RESIDENT_RECORD_CODE_NOTICE: "住民票コード通知票",
    CertificateKind.RESIDENT_RECORD_CODE_CHANGE_NOTICE: "住民票コード変更通知票",
    CertificateKind.RESIDENT_RECORD_CODE_CORRECTION_NOTICE: "住民票コード修正通知票",
    CertificateKind.WIDE_AREA_RESIDENT_RECORD_COPY: "広域交付住民票",
    CertificateKind.REGISTER_INSPECTION_COPY: "住民基本台帳の一部の写し（閲覧用）",
}
