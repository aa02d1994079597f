"""Where an address may begin when somebody looks for it: with the prefecture, the municipality, or the town.

The municipality ends where its name does: names that hold 市, 町, 村 or 郡 inside (四日市市, 町田市, 村山市,
余市郡余市町) are kept whole, and the 20 designated cities take their ward along. What cannot be told apart stays.
"""

from __future__ import annotations

import re

_PREFECTURES = (
    "北海道|東京都|京都府|大阪府|"
    "(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|"
    "和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県"
)
_DESIGNATED = (
    "札幌|仙台|さいたま|千葉|横浜|川崎|相模原|新潟|静岡|浜松|名古屋|京都|大阪|堺|神戸|岡山|広島|北九州|福岡|熊本"
)
_MUNICIPALITIES = "|".join(
    (
        "(?<=東京都)(?:[^市町村]{1,3}区|(?:大島|利島|新島|神津島|三宅|御蔵島|八丈|青ヶ島|小笠原)[町村])",
        f"(?:{_DESIGNATED})市.{{1,4}}?区",
        "(?:蒲郡|小郡|大和郡山|四日市|廿日市|野々市)市",
        "(?:余市|高市|[^市]{1,4}?)郡(?:玉村町|大町町|.{1,5}?[町村])",
        "[^市].{0,5}?市|市.{1,2}?市",
    )
)
_BEGINNING = re.compile(f"(?P<prefecture>{_PREFECTURES})?(?P<municipality>{_MUNICIPALITIES})?")


def beginnings(address: str) -> tuple[str, ...]:
    """The address, the same without its prefecture, and without its municipality too; each once, the longest first."""
    found = _BEGINNING.match(address)
    cuts = (0, found.end("prefecture"), found.end("municipality")) if found else ()
    return tuple(dict.fromkeys(address[cut:] for cut in cuts if 0 <= cut < len(address)))


def municipality_in(address: str) -> str | None:
    """The municipality that an address in Japan names, with its prefecture where that is said; otherwise `None`."""
    found = _BEGINNING.match(address)
    return found.group() if found and found["municipality"] else None
