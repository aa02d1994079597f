"""The book of who looked at whom: entries, their canonical bytes, and the keyed hashes of what was searched for.

What belongs here: what an entry says and how it is written down, as pure functions. What does not: where it rests
(persistence/ledger_store.py) and who must write one (authz/desk.py). No value of a record is ever in an entry: only
items, outcomes, rules, and keyed hashes. Everybody may import from here.

And what makes it proof against bending: its Merkle tree (tree, tiles), proofs about it (proofs, entry_proofs), signed
checkpoints of it (notes, note_keys, checkpoints) and who else saw them (witnessing), exports that are verified without
a database (exports, verification), and the signed records of what was deleted in time (deletions).

Source: 標準仕様書1.0 10.2（アクセスログ管理）, 重点項目評価書「システムの操作履歴(操作ログ)を記録する」.
"""
