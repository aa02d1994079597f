"""The press: what makes a document into a signed PDF/A, exactly as it stands or not at all.

Belongs here: fonts and what they have, templates, signing and time-stamping, the demonstration's own key. Does not:
what stands on a document (domain/certificates) and who may have it. Called by the composition root alone.
"""
