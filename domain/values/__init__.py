"""Things that cannot be wrong: a value that exists is valid, and one that is secret does not print.

Frozen and slotted, built by parsing; what does not parse raises `InvalidValue`, which keeps no text.
"""
