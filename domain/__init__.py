"""What the register is: items, values, residents, households, the book of who looked, and every refusal.

Pure Python: no I/O, no framework, no clock of its own; time, randomness and ids come in as arguments. Everybody may
import from here; this room imports only the standard library and small value libraries.
"""
