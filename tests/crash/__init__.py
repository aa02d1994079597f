"""`make crash`: the real service under mixed load, killed at random again and again; what was answered must be true.

    python -m tests.crash --times 200

load.py asks and changes, strikes.py kills, checks.py looks at what is left, proofs.py at the ledger's proof; drill.py
does one after the other.
"""
