"""Live updates: sample device types at every tick, and publish the changes over sockets and between processes."""
