"""Tests with real faults: servers are stopped, paused, filled and killed, and connections are cut."""
