"""Certificates and notices: what is issued of a record, to whom, and what may stand on it.

`kinds` are the documents, `requests` how they are asked for, `law` what the Resident Register Act lets whom have,
`checks` and `obstacles` what stops one by law, `stated` whether who was stated is who it is of, `stops` what else stops
one, `composing` what is printed of which record, `earlier` what a record said before, `wording` how it is worded,
`documents` the document as the printer takes it, `issuances` the issuance book, `certifiers` who certifies, `ports`
what issuing needs from outside. Pure: who may issue is the policy's, how it is printed the press's.
"""
