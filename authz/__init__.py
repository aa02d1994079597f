"""Who may see and do what, and the one door.

Belongs here: what a policy may know of a caller and of a record, the decisions, disclosures, the desk, and what
reviewers read of them. Does not: storage, wires, or a clock. Imports `domain`, and oso in `policy.py` alone; called by
`api`.
"""
