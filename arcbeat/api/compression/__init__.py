"""Compress responses: which coding a client prefers, the codings, and an ETag per coding."""
