"""The example clients, run as they are."""
