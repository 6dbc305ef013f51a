"""Tests of the services of jobs."""
