"""The command line of jobs: a module per kind of command, put together in ``main``."""
