"""The checks of notifications as data: code, severity, source, both languages (標準仕様書1.0 11.1; 重点項目評価書Ⅲ).

What cannot be said at all needs no check: a wrong check digit, a 続柄 outside the vocabulary, and an item on a record
that cannot have it are refused by the values themselves (`domain.values`, `domain.residents`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from domain import household_rules, record_rules
from domain.findings import Check, Severity

_error = partial(Check, severity=Severity.ERROR)
_warning = partial(Check, severity=Severity.WARNING)

# Who comes anew, and whom the register knows already.

ALREADY_RESIDENT = _error(
    code="ALREADY_RESIDENT",
    source="重点項目評価書Ⅲ 論理チェック",
    english="This person is a resident already.",
    japanese="既に住民として記録されています。",
)
NUMBER_OF_RESIDENT = _error(
    code="NUMBER_OF_RESIDENT",
    source="重点項目評価書Ⅲ 論理チェック; 番号法第8条第2項",
    english="A resident has this Individual Number.",
    japanese="同じ個人番号の住民がいます。",
    told_by="individual_number",
)
CODE_OF_RESIDENT = _error(
    code="CODE_OF_RESIDENT",
    source="重点項目評価書Ⅲ 論理チェック; 住基法第30条の3第2項",
    english="A resident has this Resident Record Code.",
    japanese="同じ住民票コードの住民がいます。",
    told_by="resident_record_code",
)
CARD_OF_RESIDENT = _error(
    code="CARD_OF_RESIDENT",
    source="重点項目評価書Ⅲ 論理チェック; 標準仕様書1.0 4.1.1.2",
    english="A resident has this residence card.",
    japanese="同じ在留カード等番号の住民がいます。",
    told_by="residence_card_number",
)
NUMBER_OF_CLOSED_RECORD = _error(
    code="NUMBER_OF_CLOSED_RECORD",
    source="標準仕様書1.0 4.1.1.2",
    english="A closed record has this Individual Number: enter her under its addressee number.",
    japanese="除票に同じ個人番号があります。再転入者として処理してください。",
    told_by="individual_number",
)
CODE_OF_CLOSED_RECORD = _error(
    code="CODE_OF_CLOSED_RECORD",
    source="標準仕様書1.0 4.1.1.2",
    english="A closed record has this Resident Record Code: enter her under its addressee number.",
    japanese="除票に同じ住民票コードがあります。再転入者として処理してください。",
    told_by="resident_record_code",
)
CARD_OF_CLOSED_RECORD = _error(
    code="CARD_OF_CLOSED_RECORD",
    source="標準仕様書1.0 4.1.1.2",
    english="A closed record has this residence card: enter her under its addressee number.",
    japanese="除票に同じ在留カード等番号があります。再転入者として処理してください。",
    told_by="residence_card_number",
)
LOOKS_LIKE_CLOSED_RECORD = _warning(
    code="LOOKS_LIKE_CLOSED_RECORD",
    source="標準仕様書1.0 4.1.1.2",
    english="A closed record has the same name, sex and date of birth: is it hers?",
    japanese="氏名・性別・生年月日が一致する除票があります。再転入者ではありませんか。",
)
LOOKS_LIKE_RESIDENT = _warning(
    code="LOOKS_LIKE_RESIDENT",
    source="重点項目評価書Ⅲ 情報の突合",
    english="A resident has the same name, sex and date of birth.",
    japanese="氏名・性別・生年月日が一致する住民がいます。",
)
EARLIER_RECORD_DIFFERS = _warning(
    code="EARLIER_RECORD_DIFFERS",
    source="重点項目評価書Ⅲ 情報の突合",
    english="This is not what her earlier record says.",
    japanese="過去の住民票の記載と異なります。",
)
EARLIER_NUMBER_DIFFERS = _warning(
    code="EARLIER_NUMBER_DIFFERS",
    source="重点項目評価書Ⅲ 情報の突合",
    english="Her earlier record has another Individual Number.",
    japanese="過去の住民票の個人番号と異なります。",
    told_by="individual_number",
)
EARLIER_CODE_DIFFERS = _warning(
    code="EARLIER_CODE_DIFFERS",
    source="重点項目評価書Ⅲ 情報の突合",
    english="Her earlier record has another Resident Record Code.",
    japanese="過去の住民票の住民票コードと異なります。",
    told_by="resident_record_code",
)
SAID_TWICE = _error(
    code="SAID_TWICE",
    source="住基法第30条の3第2項; 番号法第8条第2項",
    english="Two people of this notification have the same number.",
    japanese="この届出の中に同じ番号の者がいます。",
)
NUMBER_TAKEN = _error(
    code="NUMBER_TAKEN",
    source="番号法第8条第2項",
    english="This Individual Number is or was somebody else's.",
    japanese="この個人番号は他の者の番号です（変更前の番号を含みます）。",
    told_by="individual_number",
)
CODE_TAKEN = _error(
    code="CODE_TAKEN",
    source="住基法第30条の3第2項",
    english="This Resident Record Code is or was somebody else's.",
    japanese="この住民票コードは他の者のコードです。",
    told_by="resident_record_code",
)
NOT_OF_THE_ARTICLE = _error(
    code="NOT_OF_THE_ARTICLE",
    source="住基法第30条の46, 第30条の47",
    english="Only 中長期在留者, 特別永住者, 一時庇護許可者 and 仮滞在許可者 notify so.",
    japanese="中長期在留者、特別永住者、一時庇護許可者又は仮滞在許可者の届出です。",
)

# Dates.

CHANGED_IN_FUTURE = _error(
    code="CHANGED_IN_FUTURE",
    source="標準仕様書1.0 4.0.3",
    english="The date of change is after today; only a move-out may be notified ahead.",
    japanese="異動日が未来日です（転出を除き入力できません）。",
)
NOTIFIED_IN_FUTURE = _error(
    code="NOTIFIED_IN_FUTURE",
    source="標準仕様書1.0 4.1.0.2",
    english="The date of notification is after today.",
    japanese="届出日が未来日です。",
)
NOT_A_CALENDAR_DAY = _error(
    code="NOT_A_CALENDAR_DAY",
    source="標準仕様書1.0 1.1.8",
    english="This date of change must be a day of the calendar; those of birth, death and disappearance need not.",
    japanese="異動日は暦上日で入力してください（不詳日は出生、死亡又は失踪に限ります）。",
)
NOTIFIED_LATE = _warning(
    code="NOTIFIED_LATE",
    source="住基法第22条, 第23条, 第25条, 第30条の46-第30条の48",
    english="More than 14 days passed between the change and its notification.",
    japanese="異動日から14日を経過した届出です。",
)
MOVE_OUT_EX_OFFICIO = _warning(
    code="MOVE_OUT_EX_OFFICIO",
    source="標準仕様書1.0 4.1.3.0.1",
    english="More than 14 days passed since the move-out: it is entered ex officio.",
    japanese="転出から14日を経過しているため、職権で記載します。",
)
BEFORE_RESIDENCE = _error(
    code="BEFORE_RESIDENCE",
    source="住基法第7条第6号",
    english="On the date of change this person was no resident yet.",
    japanese="異動日が住民となった年月日より前です。",
)
BEFORE_BIRTH = _error(
    code="BEFORE_BIRTH",
    source="住基法第7条第2号",
    english="On the date of change this person was not born yet.",
    japanese="異動日が生年月日より前です。",
)

# The record.

RECORD_CLOSED = _error(
    code="RECORD_CLOSED",
    source="住基法第8条, 第15条の2",
    english="This record is closed; it can be corrected or reversed only.",
    japanese="除票です。誤記修正又は異動の取消し以外の異動はできません。",
)
ALREADY_MOVING_OUT = _error(
    code="ALREADY_MOVING_OUT",
    source="標準仕様書1.0 1.1.5",
    english="This person's move-out is planned already.",
    japanese="既に転出届が受理されています。",
)
NEVER_MOVED_OUT = _error(
    code="NEVER_MOVED_OUT",
    source="標準仕様書1.0 4.1.3.1.1",
    english="This record was closed for another reason than a move.",
    japanese="転出又は職権消除による除票ではありません。",
)
MOVE_OUT_NOT_NOTIFIED = _warning(
    code="MOVE_OUT_NOT_NOTIFIED",
    source="住基法第9条第1項; 標準仕様書1.0 4.1.3.1.1",
    english="This person never notified a move-out: the record is closed ex officio.",
    japanese="転出届がありません。職権で消除します。",
)
MOVE_WITHIN_CHANGES_MORE = _error(
    code="MOVE_WITHIN_CHANGES_MORE",
    source="重点項目評価書Ⅲ 論理チェック",
    english="A move within the municipality changes nothing but the address.",
    japanese="転居で住所以外の事項は変更できません。",
)
ADDRESS_UNCHANGED = _warning(
    code="ADDRESS_UNCHANGED",
    source="標準仕様書1.0 4.1.2.1",
    english="This is the address that the record says already: another house on the same lot?",
    japanese="現住所と同一の住所です（同一住所への転居）。",
)
SUBSTITUTE_NEEDED = _warning(
    code="SUBSTITUTE_NEEDED",
    source="標準仕様書1.0 7.1.1",
    english="This holds a character of the municipality's own (外字), which others cannot show.",
    japanese="外字が含まれています。代替文字が必要です。",
)

# Households.

HOUSEHOLDER_LEAVES = _warning(
    code="HOUSEHOLDER_LEAVES",
    source="標準仕様書1.0 4.0.4",
    english="The householder leaves two or more others behind: change the householder first.",
    japanese="世帯主がいなくなり、世帯員が2人以上残ります。先に世帯主変更を行ってください。",
)
NO_HOUSEHOLDER = _warning(
    code="NO_HOUSEHOLDER",
    source="標準仕様書1.0 1.1.10",
    english="This household has no householder.",
    japanese="世帯主が未設定です。",
)
TWO_HOUSEHOLDERS = _error(
    code="TWO_HOUSEHOLDERS",
    source="住基法第7条第4号; 標準仕様書1.0 1.1.11",
    english="This household would have two householders.",
    japanese="世帯主が2人になります。",
)
ADDRESSES_DIFFER = _warning(
    code="ADDRESSES_DIFFER",
    source="住基法第6条第1項",
    english="The members of this household have different addresses.",
    japanese="世帯員の住所が一致しません。",
)

# Who hands it in.

AUTHORITY_NOT_SHOWN = _warning(
    code="AUTHORITY_NOT_SHOWN",
    source="住基法第27条第3項; 標準仕様書1.0 4.1.0.3",
    english="A representative has not shown her authority; a notice of acceptance may go to the person.",
    japanese="代理権を明らかにする書類の確認がありません。受理通知の送付を検討してください。",
)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.code: check
        for check in (*globals().values(), *household_rules.CHECKS, *record_rules.CHECKS)
        if isinstance(check, Check)
    }
)
"""Every check by its code."""
