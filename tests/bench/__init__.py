"""What it costs: the obvious build, daicho, and its parts without authorization and ledger, side by side.

Run by `make bench`; no test, and nothing of the service imports it.
"""
