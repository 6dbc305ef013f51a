"""The processes that run until they are stopped: the worker and the scheduler."""
