"""`python -m arcbeat` is the console script."""

from arcbeat.cli import main

main()
