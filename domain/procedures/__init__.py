"""What a counter does, as verbs: each takes what was handed in and the situation it meets, and proposes events.

Here: which records a procedure must know, what it changes, and what it checks. Not here: storing, deciding who may,
asking for approval. Called by the desk (authz) through `domain.notifications.Notice`.
"""
