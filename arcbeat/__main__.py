"""Runs the command line: `python -m arcbeat` is the same as `arcbeat`."""

from arcbeat.cli import main

main()
