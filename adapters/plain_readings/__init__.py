"""Decodes sent readings and validates them at the same time, with decoders of msgspec that are compiled per table."""
