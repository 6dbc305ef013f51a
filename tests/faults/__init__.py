"""Faults that really happen: servers are stopped, hung, filled and killed, connections are cut."""
