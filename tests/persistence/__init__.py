"""What rests and how: tables, migrations, repositories, the ledger store, on a real PostgreSQL."""
