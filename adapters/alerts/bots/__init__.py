"""Bots in groups of chat services, whose responses have a code that tells whether a message was accepted."""
