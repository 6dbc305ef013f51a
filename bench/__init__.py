"""Benchmarks: each measures arcbeat and what it is compared with in one run."""
