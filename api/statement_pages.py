"""A resident's own statement as a page to print (A4), in plain Japanese. No name is on it: the register is not read."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Final

from domain.ledger.statements import Row, Statement

_STYLE: Final = """
@page { size: A4; margin: 18mm 15mm; }
body { font-family: "Noto Serif JP", "Yu Mincho", serif; font-size: 11pt; line-height: 1.6; color: #000; }
h1 { font-size: 16pt; text-align: center; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; }
th, td { border: 1px solid #555; padding: 2mm; text-align: left; vertical-align: top; font-size: 10pt; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
"""
_NOTES: Final = (
    "「利用の内容」は、職員が住民基本台帳の事務のために行ったことです。住民票の中身が外に出たという意味ではありません。",
    "「調べた項目」は、その事務で見ることができる項目のうち、職員があなたについて調べたものです。"
    "実際に表示されたかどうかは、お知らせしていません。証明書などに載せた項目は、入りません。",
    "ほかの方（同じ世帯の方など）の記録から、あなたの記録が併せて見られた利用は、載せていません。"
    "住所などの条件で作った一覧にあなたの記録があったことは、載せていないことがあります。",
    "職員の氏名と職員番号は、載せていません。担当した部署と、行った事務をお知らせします。"
    "（個人情報の保護に関する法律第78条第1項第2号ハ）",
    "法律により、お知らせできない利用があるときは、その件数だけを載せるか、件数にも入れないことがあります。"
    "人の生命、身体などの保護のため、又は犯罪の捜査などに支障を及ぼすおそれがあるためです。"
    "（同法第78条第1項第1号・第2号・第5号、第81条）",
)
_WEEKDAYS: Final = "月火水木金土日"


def statement_page(statement: Statement, city: str, today: date) -> str:
    """The whole page as HTML, with nothing from elsewhere."""
    title = "あなたの住民基本台帳の記録が利用された状況"
    days = f"{_day(statement.days.first)} から {_day(statement.days.last)} まで"
    rows = "".join(map(_row, statement.rows)) or '<tr><td colspan="5">この期間の利用はありません。</td></tr>'
    notes = "".join(f"<li>{escape(note)}</li>" for note in _NOTES)
    return (
        f'<!DOCTYPE html>\n<html lang="ja"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"<p>宛名番号　{escape(statement.addressee_number)}<br>対象の期間　{days}<br>"
        f"作成した日　{_day(today)}<br>{escape(city)}</p>"
        f'<table><caption>利用は {len(statement.rows)} 件です。</caption><thead><tr><th scope="col">いつ</th>'
        '<th scope="col">どの部署が</th><th scope="col">何をしたか</th><th scope="col">何のために（根拠の法律）</th>'
        f'<th scope="col">調べた項目</th></tr></thead><tbody>{rows}</tbody></table>'
        f"<p>このほかに、法律によりお知らせできない利用が {statement.hidden} 件あります。</p>"
        f"<h2>この表の読み方</h2><ul>{notes}</ul></body></html>\n"
    )


def _row(row: Row) -> str:
    where = "、".join(filter(None, (row.department, row.place))) or "（職員ではない利用）"
    what_for = "".join((row.purpose or "", f"（{row.legal_basis}）" if row.legal_basis else ""))
    items = "、".join(row.items) or "なし"
    number = "<br><strong>個人番号も調べました。</strong>" if row.number_accessed else ""
    at = f"{_day(row.at.date())} {row.at.hour}時{row.at.minute:02}分"
    cells = (at, where, row.act, what_for, items)
    *most, last = (escape(cell) for cell in cells)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in most)}<td>{last}{number}</td></tr>"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"
