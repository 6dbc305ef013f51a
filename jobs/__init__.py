"""Standalone jobs: a module a job, started by any scheduler."""
