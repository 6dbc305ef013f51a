"""Runs one job as a script: ``python -m jobs.check_latest`` is ``python -m jobs run check_latest``."""

import runpy
import sys


def run_alone(name: str) -> None:
    """Run the command ``run`` for one job with the arguments of this process, and exit with its code."""
    sys.argv[1:1] = ["run", name]
    # By name: the command line imports all jobs, so that a job cannot import it.
    runpy.run_module("jobs", run_name="__main__", alter_sys=True)
