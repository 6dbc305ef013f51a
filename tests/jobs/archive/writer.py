"""A program that writes to the log as one of the user's would: ``python -m tests.jobs.archive.writer NAME MOMENT``.

It commits one row after the other until its standard input ends, and goes on after an error. It prints a JSON object
per row: the message, and the SQLSTATE if it was rejected.
"""

import json
import os
import select
import sys

import psycopg

INSERT = "insert into sync_job_log (job_name, run_started_at, message) values ('welding', %s, %s)"


def write(name: str, moment: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        number = 0
        while not select.select([sys.stdin], [], [], 0.001)[0]:
            number += 1
            message, sqlstate = f"{name} {number}", None
            try:
                connection.execute(INSERT, (moment, message))
            except psycopg.Error as error:
                sqlstate = error.sqlstate
            sys.stdout.write(json.dumps({"message": message, "rejected": sqlstate}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2])
