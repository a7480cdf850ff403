"""Django's backend for SQLite, in which the writers of a process stand in a queue."""
