"""The command line: serve, demo, migrate, undo-jobs, user add, api-key add, secret-key."""

import asyncio
import os
import secrets
import signal
import sys

import click

from arcbeat import app
from arcbeat.domain.errors import ArcbeatError
from arcbeat.domain.identity.api_keys import ApiKeyPurpose, KeysPolicy
from arcbeat.domain.identity.identity import Role, Scope
from arcbeat.observability import logs
from arcbeat.runtime.open_connections import raise_descriptor_limit
from arcbeat.settings import Settings, SettingsError, missing_setting, read_setting

SHUTDOWN_SECONDS = 20
EXPIRES_DAYS_MAX = 3650


def main() -> None:
    """Run the command line; an expected error is printed without a traceback, with exit code 1."""
    try:
        arcbeat(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (SettingsError, ArcbeatError, OSError) as error:
        click.echo(f"arcbeat: {error}", err=True)
        sys.exit(1)
    except click.Abort:
        sys.exit(130)


@click.group(help="The pulse of every machine on a factory floor, every five seconds.")
def arcbeat() -> None:
    pass


@arcbeat.command(help="Serve the API and the console. Requires DATABASE_URL and SECRET_KEY.")
def serve() -> None:
    settings = Settings.from_environment(os.environ)
    logs.configure(settings.log_level)
    raise_descriptor_limit()
    # uvicorn finishes its requests at SIGTERM, then raises the signal again for the handler that was set before it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    application = app.build(settings)
    # Here, because the other commands serve nothing.
    import uvicorn

    from arcbeat.runtime.serving import uvicorn_options

    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        **uvicorn_options(),
    )


@arcbeat.command(
    help="Run arcbeat with an embedded PostgreSQL and simulated devices. In a checkout, build the console if it is "
    "missing or outdated."
)
@click.option("--no-build", is_flag=True, help="Do not build the console; serve the one that is there.")
def demo(no_build: bool) -> None:
    from arcbeat.demo import command  # imported only here, because it needs the optional dependencies `demo`

    sys.exit(command.main(builds_console=not no_build))


@arcbeat.command(
    help="Migrate the database at DATABASE_URL to the newest schema, register the jobs, and list what was created or "
    "adopted. Without a TDengine as TELEMETRY_URL, the super tables of the seeded device types are created too."
)
@click.option(
    "--time-zone",
    help="The zone in which an existing sync_job_log has timestamps without a time zone, for example Asia/Shanghai.",
)
@click.option(
    "--log-start-column",
    help="The column of an existing sync_job_log with the start of a run, if it has none of the known names.",
)
def migrate(time_zone: str | None, log_start_column: str | None) -> None:
    telemetry_url = read_setting(os.environ, "TELEMETRY_URL")
    report = app.migrate(_database_url(), telemetry_url, time_zone=time_zone, log_start_column=log_start_column)
    for line in report:
        click.echo(line)


@arcbeat.command(
    "undo-jobs",
    help="Undo the migration of jobs, before an older arcbeat is installed: sync_job_log becomes a table without "
    "partitions, with all rows. The other tables of jobs are kept.",
)
def undo_jobs() -> None:
    app.undo_jobs(_database_url())
    click.echo("sync_job_log is a table without partitions; arcbeat migrate adopts it again")


@arcbeat.command("secret-key", help="Print a new random SECRET_KEY.")
def secret_key() -> None:
    click.echo(secrets.token_hex(32))


@arcbeat.group(help="Manage users, who log in with a password.")
def user() -> None:
    pass


@user.command("add", help="Add a user, or set the role and password of an existing one and enable it.")
@click.argument("name")
@click.option("--role", type=click.Choice([each.value for each in Role]), required=True)
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@click.option(
    "--keys",
    type=click.Choice([KeysPolicy.REVOKE.value, KeysPolicy.KEEP.value]),
    help="What to do with the API keys of a user who is no longer an administrator; those with the scope admin are "
    "revoked in any case.",
)
def add_user(name: str, role: str, password_stdin: bool, keys: str | None) -> None:  # noqa: ARG001 -- a required flag, so always true
    password = sys.stdin.readline().rstrip("\n")
    asyncio.run(_add_user(name, Role(role), password, KeysPolicy(keys) if keys else None))
    click.echo(f"{name} is {role}")


async def _add_user(name: str, role: Role, password: str, keys: KeysPolicy | None) -> None:
    async with app.open_administration(_database_url()) as administration:
        await administration.put_user(name, role, password, keys)


@arcbeat.group("api-key", help="Manage API keys, with which programs authenticate.")
def api_key() -> None:
    pass


@api_key.command("add", help="Create an API key and print it. It cannot be printed again.")
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice([each.value for each in Scope]), multiple=True, required=True)
@click.option(
    "--expires-days",
    type=click.IntRange(1, EXPIRES_DAYS_MAX),
    help="Days until the key expires; it never does by default.",
)
@click.option(
    "--purpose",
    type=click.Choice([each.value for each in ApiKeyPurpose]),
    default=ApiKeyPurpose.PROGRAM.value,
    show_default=True,
    help="A key of a wall screen must expire, and may only have the scopes device:read and telemetry:read.",
)
def add_api_key(name: str, scopes: tuple[str, ...], expires_days: int | None, purpose: str) -> None:
    chosen = frozenset(Scope(each) for each in scopes)
    click.echo(asyncio.run(_add_api_key(name, chosen, expires_days, ApiKeyPurpose(purpose))))


async def _add_api_key(name: str, scopes: frozenset[Scope], expires_days: int | None, purpose: ApiKeyPurpose) -> str:
    async with app.open_administration(_database_url()) as administration:
        return await administration.add_api_key(name, scopes, expires_days, purpose)


def _database_url() -> str:
    url = read_setting(os.environ, "DATABASE_URL")
    if url is None:
        raise SettingsError(missing_setting("DATABASE_URL"))
    return url
