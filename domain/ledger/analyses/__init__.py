"""The analyses of the ledger (ログの分析, 標準仕様書1.0 10.2), and those a reviewer wants besides.

What belongs here: pure folds over entries in the order of time, each of which remembers no more than it must, so that
a month of a big city passes through. What does not: how entries are found (persistence/ledger_reading.py) and who may
ask (authz/reviewing.py).
"""
