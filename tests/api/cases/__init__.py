"""The attack and fault cases, against the running service; each test names its case."""
