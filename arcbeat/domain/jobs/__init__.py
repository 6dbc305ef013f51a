"""Jobs: their definitions and schedules, runs, retry decisions, and the log of each run."""
