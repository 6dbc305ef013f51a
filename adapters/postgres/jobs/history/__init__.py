"""What the runs of jobs were: lists of runs, their attempts, and what the runs of each job add up to."""
