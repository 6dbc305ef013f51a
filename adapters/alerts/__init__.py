"""Delivers notices about jobs to chat services and mail, and reports to a dead-man switch."""
