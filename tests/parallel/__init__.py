"""Identity, asked many times at the same instant: on SQLite, and with ``settings`` on PostgreSQL."""
