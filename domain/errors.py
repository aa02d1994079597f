"""Every refusal the service can give: one family, closed codes, each in English and Japanese.

A refusal carries names (of items, inputs, purposes, rules), never a value from the request or the register. Whatever
else goes wrong inside is no refusal: the wire answers it as `INTERNAL` with a request id, because internal messages
hold data.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Code(StrEnum):
    """The closed list of stable codes (`extensions.code`)."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    TERMINAL_NOT_REGISTERED = "TERMINAL_NOT_REGISTERED"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    PURPOSE_NOT_GRANTED = "PURPOSE_NOT_GRANTED"
    NOT_PERMITTED = "NOT_PERMITTED"
    SEARCH_NOT_PERMITTED = "SEARCH_NOT_PERMITTED"
    TOO_FEW_CONDITIONS = "TOO_FEW_CONDITIONS"
    TOO_MANY_HITS = "TOO_MANY_HITS"
    ITEMS_NOT_PERMITTED = "ITEMS_NOT_PERMITTED"
    INVALID_INPUT = "INVALID_INPUT"
    INVALID_VALUE = "INVALID_VALUE"
    INVALID_CURSOR = "INVALID_CURSOR"
    RECORD_HELD = "RECORD_HELD"
    STALE_VERSION = "STALE_VERSION"
    NOTIFICATION_ENDED = "NOTIFICATION_ENDED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    EXTRACTION_REQUIRED = "EXTRACTION_REQUIRED"
    EXTRACTION_NOT_OPEN = "EXTRACTION_NOT_OPEN"
    CHARACTER_NOT_IN_FONT = "CHARACTER_NOT_IN_FONT"
    SIGNING_UNAVAILABLE = "SIGNING_UNAVAILABLE"
    LEDGER_UNAVAILABLE = "LEDGER_UNAVAILABLE"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    BAD_REQUEST = "BAD_REQUEST"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    INTERNAL = "INTERNAL"


MESSAGES: Mapping[Code, tuple[str, str]] = MappingProxyType(
    {
        Code.UNAUTHENTICATED: (
            "A valid bearer token is needed.",
            "有効な認証トークンが必要です。",
        ),
        Code.TERMINAL_NOT_REGISTERED: (
            "This terminal is not registered for use.",
            "この端末は利用登録されていません。",
        ),
        Code.PURPOSE_REQUIRED: (
            "Name your purpose in the header Daicho-Purpose.",
            "ヘッダー Daicho-Purpose で事務を指定してください。",
        ),
        Code.PURPOSE_NOT_GRANTED: (
            "This purpose is not granted to you.",
            "この事務の利用権限がありません。",
        ),
        Code.NOT_PERMITTED: (
            "Your purpose does not permit this operation.",
            "この事務では、この操作は許可されていません。",
        ),
        Code.SEARCH_NOT_PERMITTED: (
            "Your purpose may not search by this item.",
            "この事務では、この項目による検索は許可されていません。",
        ),
        Code.TOO_FEW_CONDITIONS: (
            "Search by two of name, date of birth and address, or by one number of the person.",
            "氏名、生年月日、住所のうち2つ以上、または番号1つを検索条件に指定してください。",
        ),
        Code.TOO_MANY_HITS: (
            "Too many residents match. Narrow the search down.",
            "該当者が多すぎます。検索条件を絞り込んでください。",
        ),
        Code.ITEMS_NOT_PERMITTED: (
            "Items were asked for that may not be shown, and the request is strict.",
            "表示が許可されていない項目が含まれています（厳格モード）。",
        ),
        Code.INVALID_INPUT: (
            "An input is not valid.",
            "入力に誤りがあります。",
        ),
        Code.INVALID_VALUE: (
            "A value is not well formed.",
            "値の形式に誤りがあります。",
        ),
        Code.INVALID_CURSOR: (
            "This cursor does not belong to this query.",
            "このカーソルは、この検索のものではありません。",
        ),
        Code.RECORD_HELD: (
            "Somebody else is changing one of these records. You may read it.",
            "他の職員が異動処理中の記録が含まれています（参照は可能です）。",
        ),
        Code.STALE_VERSION: (
            "A record has changed since you saw it. Read it again.",
            "参照後に記録が変更されています。再度参照してください。",
        ),
        Code.NOTIFICATION_ENDED: (
            "This notification is not provisional any more.",
            "この届出は既に本登録または取り下げられています。",
        ),
        Code.IDEMPOTENCY_KEY_REUSED: (
            "This idempotency key was used for another request.",
            "この冪等キーは別のリクエストで使用されています。",
        ),
        Code.EXTRACTION_REQUIRED: (
            "So many records are given out on an approved extraction request only.",
            "この件数のデータ出力には、承認された抽出依頼が必要です。",
        ),
        Code.EXTRACTION_NOT_OPEN: (
            "This extraction request is not approved, has expired or has been carried out.",
            "この抽出依頼は、承認されていないか、期限切れまたは実施済みです。",
        ),
        Code.CHARACTER_NOT_IN_FONT: (
            "A character cannot be printed exactly with the configured fonts, so nothing is issued."
            " Set DAICHO_FONT_FILES to a font that has it (IPAmj Mincho, or that of the standard characters for"
            " administrative affairs).",
            "設定されたフォントで正確に印字できない文字があるため、発行を中止しました。"
            "DAICHO_FONT_FILES に、その文字を収録したフォント（IPAmj明朝、行政事務標準明朝）を設定してください。",
        ),
        Code.SIGNING_UNAVAILABLE: (
            "The document cannot be signed or time-stamped now. Its link stays good; try again.",
            "現在、電子署名またはタイムスタンプを付与できません。リンクは有効です。しばらくして再度お試しください。",
        ),
        Code.LEDGER_UNAVAILABLE: (
            "The access could not be recorded, so nothing is answered.",
            "アクセス記録を残せないため、回答できません。",
        ),
        Code.STORE_UNAVAILABLE: (
            "The register cannot be reached now. Try again.",
            "現在、台帳に接続できません。しばらくして再度お試しください。",
        ),
        Code.TOO_MANY_REQUESTS: (
            "Too many requests from this address; try again in a few seconds.",
            "この接続元からの要求が多すぎます。数秒後に再度お試しください。",
        ),
        Code.BAD_REQUEST: (
            "The request is not a well-formed GraphQL request.",
            "GraphQLリクエストの形式に誤りがあります。",
        ),
        Code.NOT_FOUND: (
            "There is nothing at this address.",
            "このアドレスには何もありません。",
        ),
        Code.METHOD_NOT_ALLOWED: (
            "This address does not take this method.",
            "このアドレスでは、このメソッドは使用できません。",
        ),
        Code.NOT_ACCEPTABLE: (
            "Answers are application/graphql-response+json or application/json.",
            "回答の形式は application/graphql-response+json または application/json です。",
        ),
        Code.UNSUPPORTED_MEDIA_TYPE: (
            "Send application/json in UTF-8.",
            "UTF-8 の application/json で送信してください。",
        ),
        Code.BODY_TOO_LARGE: (
            "The request body is too large.",
            "リクエストが大きすぎます。",
        ),
        Code.SYNTAX_ERROR: (
            "The document is not GraphQL.",
            "GraphQLの文法に誤りがあります。",
        ),
        Code.VALIDATION_FAILED: (
            "The document does not fit the schema.",
            "GraphQL文書がスキーマに合っていません。",
        ),
        Code.LIMIT_EXCEEDED: (
            "The document asks for more than one request may.",
            "1回のリクエストの上限を超えています。",
        ),
        Code.INTERNAL: (
            "Something went wrong inside. Tell the operator the request id.",
            "内部エラーが発生しました。リクエストIDを管理者に伝えてください。",
        ),
    }
)


class Refusal(Exception):
    """The service says no, and why.

    `code` is stable; `names` are identifiers (items, inputs, rules) that tell the developer where to look, never
    values; `detail` is a fixed English phrase and its Japanese, written by us, that says more than the code's message.
    """

    def __init__(
        self,
        code: Code,
        *,
        names: tuple[str, ...] = (),
        detail: tuple[str, str] | None = None,
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.names = names
        self.message, self.message_ja = detail or MESSAGES[code]
        self.extensions = dict(extensions or {})


class InvalidValue(Refusal):
    """A text that is not what it should be (a wrong check digit, an impossible month); the text itself is not kept.

    `kind` is the value's name as the field knows it (`IndividualNumber`), `reason` a fixed phrase.
    """

    def __init__(self, kind: str, reason: str, reason_ja: str) -> None:
        super().__init__(Code.INVALID_VALUE, names=(kind,), detail=(f"{kind}: {reason}", f"{kind}：{reason_ja}"))
        self.kind = kind
        self.reason = reason
        self.reason_ja = reason_ja
