"""The book of who looked at whom: entries, their canonical bytes, and the keyed hashes of what was searched for.

What belongs here: what an entry says and how it is written down, as pure functions. What does not: where it rests
(persistence/ledger_store.py) and who must write one (authz/desk.py). No value of a record is ever in an entry: only
items, outcomes, rules, and keyed hashes. Everybody may import from here.

Source: 標準仕様書1.0 10.2（アクセスログ管理）, 重点項目評価書「システムの操作履歴(操作ログ)を記録する」.
"""
