"""Stores users, sessions, keys and revoked tokens in PostgreSQL."""
