"""The whole product on one machine: an embedded PostgreSQL, simulated devices, and the service itself."""
