"""Tests of how the console is served."""
