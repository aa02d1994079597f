"""The one set of migrations: the same for the embedded server, a managed one and Citus."""
