"""Django's backend for PostgreSQL, for servers that stop answering."""
