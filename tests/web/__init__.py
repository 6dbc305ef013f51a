"""Tests of the console in Chromium, against a real server."""
