"""``arcbeat demo``: the service with an embedded PostgreSQL and simulated devices, on one machine."""
