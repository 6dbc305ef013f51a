"""Use cases of jobs that await stores."""
