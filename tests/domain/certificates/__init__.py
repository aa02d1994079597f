"""Certificates and notices: the law as a table, its checks, what is printed of which record."""
