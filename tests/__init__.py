"""What daicho promises, one fact a test, in sentences.

The rooms here mirror the rooms of the service, with `architecture` (the building itself), `browser`, `stories` (whole
journeys) and `bench`. `holds.py` ties tests to the functions, measures and cases that they hold.
"""
