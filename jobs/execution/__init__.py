"""Executes a run: claims it, repeats attempts, holds its lease, and writes its log."""
