"""The building is tested too: rooms, sizes, documents, locks, the wheel, and what tests say they hold.

Reads the source as text and syntax trees; runs nothing of the service.
"""
