"""What may stand against a certificate by law: the checks as data, each with its article (住基法第11条の2-第15条の4).

Whether a purpose is improper (第12条第6項) and a request by others appropriate (第12条の3第1項) is for the clerk to
judge; here it must only have been stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from domain.findings import Check, Severity

_error = partial(Check, severity=Severity.ERROR)

# Who may ask for what.

NO_LEGAL_BASIS = _error(
    code="NO_LEGAL_BASIS",
    source="住基法第12条-第12条の4, 第15条の4",
    english="No article lets this requester ask for this document.",
    japanese="この請求者がこの証明書を請求できる根拠がありません。",
)
CLOSED_RECORD_TO_PERSON_ONLY = _error(
    code="CLOSED_RECORD_TO_PERSON_ONLY",
    source="住基法第15条の4第1項",
    english="A closed record is the person's own to ask for: it has no household. Family are third parties.",
    japanese="除票を請求できるのは本人に限られます（除票に同一世帯の者はいません。親族は第三者として申し出ます）。",
)
ITEM_NEVER_SHOWN = _error(
    code="ITEM_NEVER_SHOWN",
    source="住基法第12条の2第1項, 第12条の3第7項, 第12条の4第1項, 第15条の4",
    english="The law never lets this requester have this item.",
    japanese="この請求では記載できない事項です。",
)
NOT_FOUND_APPROPRIATE = _error(
    code="NOT_FOUND_APPROPRIATE",
    source="住基法第12条の3第1項, 第2項, 第7項, 第8項",
    english="A request by others needs to be found appropriate before anything is issued.",
    japanese="第三者からの申出は、市長が相当と認めたものに限り交付できます。",
)

# What who asks must state and show.

REQUESTER_NOT_STATED = _error(
    code="REQUESTER_NOT_STATED",
    source="住基法第12条第2項, 第12条の2第2項, 第12条の3第4項",
    english="Who asks has to be stated.",
    japanese="請求者を明らかにしてください。",
)
ORGAN_NOT_STATED = _error(
    code="ORGAN_NOT_STATED",
    source="住基法第12条の2第2項",
    english="An official request names the organ, and title and name of the official.",
    japanese="公用請求には、機関の名称、担当者の職名及び氏名が必要です。",
)
PROFESSION_NOT_STATED = _error(
    code="PROFESSION_NOT_STATED",
    source="住基法第12条の3第4項",
    english="Which of the eight professions asks has to be stated.",
    japanese="特定事務受任者の資格を明らかにしてください。",
)
CLIENT_NOT_STATED = _error(
    code="CLIENT_NOT_STATED",
    source="住基法第12条の3第4項",
    english="The client has to be named, unless it is representation in a dispute.",
    japanese="紛争処理手続の代理等を除き、依頼者の氏名又は名称が必要です。",
)
ISSUING_MUNICIPALITY_NOT_STATED = _error(
    code="ISSUING_MUNICIPALITY_NOT_STATED",
    source="住基法第12条の4第2項",
    english="A wide-area copy names the municipality that issues it.",
    japanese="広域交付には、交付地市町村が必要です。",
)
PURPOSE_NOT_STATED = _error(
    code="PURPOSE_NOT_STATED",
    source="住基法第12条の2第2項, 第12条の3第4項",
    english="The purpose of use has to be stated; of an official request, the reason or its legal basis.",
    japanese="利用の目的（公用請求では請求事由又は根拠法令）を明らかにしてください。",
)
TARGET_NOT_STATED = _error(
    code="TARGET_NOT_STATED",
    source="住基法第12条の2第2項, 第12条の3第4項",
    english="Who asks for another's record states her name and address.",
    japanese="対象者の氏名及び住所を明らかにしてください。",
)
TARGET_DIFFERS = _error(
    code="TARGET_DIFFERS",
    source="住基法第12条の2第2項, 第12条の3第4項",
    english="The person stated is not the one of this record.",
    japanese="申し出られた対象者の氏名又は住所が、住民票の記載と一致しません。",
)
ONE_PERSON_ONLY = _error(
    code="ONE_PERSON_ONLY",
    source="住基法第12条の3第4項, 第15条の4, 第30条の3第3項",
    english="This is issued of one person: the one stated, the one whose closed record it is, or the one notified.",
    japanese="この証明書・通知書は、1人についてのみ発行できます。",
)
IDENTITY_NOT_VERIFIED = _error(
    code="IDENTITY_NOT_VERIFIED",
    source="住基法第12条第3項, 第12条の2第3項, 第12条の3第5項, 第12条の4第1項",
    english="Who asks has to be identified; for a wide-area copy by card or a document with a photograph.",
    japanese="請求者の本人確認が必要です（広域交付では個人番号カード又は顔写真付きの書類）。",
)
NO_PROOF_OF_AUTHORITY = _error(
    code="NO_PROOF_OF_AUTHORITY",
    source="住基法第12条第4項",
    english="Who acts for another has to show her authority.",
    japanese="代理人は、代理権限を明らかにする必要があります。",
)
BY_MAIL_TO_RESIDENT_ONLY = _error(
    code="BY_MAIL_TO_RESIDENT_ONLY",
    source="住基法第12条第7項; 住民基本台帳事務処理要領第2の4",
    english="With the Individual Number on it, a voluntary agent's copy goes by mail to the resident's address.",
    japanese="個人番号を記載したものは、任意代理人には交付せず、本人の住所あてに郵送します。",
)

# The records, and the form.

RECORD_IS_CLOSED = _error(
    code="RECORD_IS_CLOSED",
    source="住基法第15条の4; 標準仕様書1.0 5.1",
    english="This record is closed; only documents of closed records are issued of it.",
    japanese="除票です。住民票の除票の写し等を発行してください。",
)
RECORD_IS_NOT_CLOSED = _error(
    code="RECORD_IS_NOT_CLOSED",
    source="住基法第15条の4; 標準仕様書1.0 5.1",
    english="This person is a resident; there is no closed record.",
    japanese="除票ではありません。住民票の写し等を発行してください。",
)
MORE_THAN_ONE_HOUSEHOLD = _error(
    code="MORE_THAN_ONE_HOUSEHOLD",
    source="住基法第12条第1項; 標準仕様書1.0 5.1",
    english="These people do not belong to one household.",
    japanese="対象者が同一の世帯に属していません。",
)
NO_MOVE_OUT_NOTIFIED = _error(
    code="NO_MOVE_OUT_NOTIFIED",
    source="住基法施行令第23条第1項",
    english="This person has notified no move-out.",
    japanese="転出届がありません。",
)
MOVE_OUT_DAY_HAS_PASSED = _error(
    code="MOVE_OUT_DAY_HAS_PASSED",
    source="標準仕様書1.0 1.1.5",
    english="The day of the notified move-out has passed; the record has to be closed first.",
    japanese="転出予定年月日を経過しています。消除の処理を先に行ってください。",
)
NOTHING_CHOSEN = _error(
    code="NOTHING_CHOSEN",
    source="住基法第12条第1項",
    english="A certificate of items needs the items that it certifies.",
    japanese="証明する事項を指定してください。",
)
BUILDING_LINE_ALWAYS_SHOWN = _error(
    code="BUILDING_LINE_ALWAYS_SHOWN",
    source="標準仕様書1.0 5.4",
    english="The building line is left out on a certificate of items only.",
    japanese="方書を省略できるのは、記載事項証明書に限られます。",
)
NOT_ON_THIS_DOCUMENT = _error(
    code="NOT_ON_THIS_DOCUMENT",
    source="標準仕様書1.0 5.1, 5.7, 4.1.3.0.4",
    english="This document has no such thing: a history, a list of everybody, a mark.",
    japanese="この証明書・通知書では指定できません（履歴、世帯連記式、公用、特例による転出処理済）。",
)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {check.code: check for check in tuple(globals().values()) if isinstance(check, Check)}
)
"""Every check by its code."""
