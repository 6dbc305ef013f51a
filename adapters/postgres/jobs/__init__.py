"""Jobs, their runs and the log of the runs in PostgreSQL."""
