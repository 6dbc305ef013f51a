"""``python -m jobs``: the command line of jobs."""

from jobs.command_line.main import main

if __name__ == "__main__":
    main()
