"""``arcbeat-client run``: start a job over HTTP and follow its run, for schedulers that start commands."""
