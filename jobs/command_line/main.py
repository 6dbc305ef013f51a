"""Puts the commands together, and turns errors into messages and exit codes."""

import sys
from collections.abc import Mapping

import click

from arcbeat.domain.errors import ArcbeatError, LeaseLost, StoreError
from jobs.command_line.exit_codes import EXIT_CANCELLED, EXIT_LOST, EXIT_UNAVAILABLE, EXIT_USAGE
from jobs.command_line.records import cancel, list_jobs, logs, tree
from jobs.command_line.runs import retry, run
from jobs.command_line.services import scheduler, worker
from jobs.command_line.targets import test_alert
from jobs.context import RegisteredJob
from jobs.registry import REGISTRY

COMMANDS = (run, list_jobs, logs, tree, retry, cancel, worker, scheduler, test_alert)

cli = click.Group("jobs", COMMANDS, help="Run jobs, and read what they did. Requires DATABASE_URL.")


def main(registry: Mapping[str, RegisteredJob] = REGISTRY) -> None:
    """Run the command line; an expected error is printed without a traceback."""
    try:
        code = cli(standalone_mode=False, obj=registry)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = EXIT_CANCELLED
    except LeaseLost as error:
        code = _fail(error, EXIT_LOST)
    except StoreError as error:
        code = _fail(error, EXIT_UNAVAILABLE)
    except (ArcbeatError, ValueError, OSError) as error:
        code = _fail(error, EXIT_USAGE)
    sys.exit(code)


def _fail(error: Exception, code: int) -> int:
    click.echo(f"jobs: {error}", err=True)
    return code
