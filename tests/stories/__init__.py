"""Whole journeys of a person or an application, from the token to the ledger."""
