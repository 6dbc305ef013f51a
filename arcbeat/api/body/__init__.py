"""The body of a request: read within limits, decompressed, and parsed by its media type."""
