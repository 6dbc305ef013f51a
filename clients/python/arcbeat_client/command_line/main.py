"""The arguments and settings of the command, and what its errors look like."""

import argparse
import asyncio
import contextlib
import json
import math
import os
import signal
import ssl
import sys
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from arcbeat_client.command_line.api import REQUEST_SECONDS_MAX, RunsApi
from arcbeat_client.command_line.errors import EXIT_USAGE, CommandFailed
from arcbeat_client.command_line.follow import Follower, Waiting
from arcbeat_client.command_line.output import Output
from arcbeat_client.command_line.runs import RunRequest

Parameter = str | int | float | bool | None

SIGNALS = (signal.SIGINT, signal.SIGTERM)
DESCRIPTION = "Start jobs of arcbeat over HTTP. Settings: ARCBEAT_URL, and ARCBEAT_API_KEY or ARCBEAT_API_KEY_FILE."


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; an expected error is printed without a traceback."""
    options = _parser().parse_args(arguments)
    try:
        code = asyncio.run(_run(options, os.environ))
    except CommandFailed as error:
        with contextlib.suppress(OSError):  # the scheduler may have closed the pipe
            print(f"arcbeat-client: {error}", file=sys.stderr)
        code = error.code
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="arcbeat-client", description=DESCRIPTION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="start a job and follow its run until it ends")
    run.add_argument("job", help="the name of the job")
    run.add_argument("--key", help="the Idempotency-Key, for example a scheduled moment; by default a new one")
    run.add_argument("--param", action="append", default=[], type=_parameter, metavar="NAME=VALUE", dest="parameters")
    run.add_argument("--dry-run", action="store_true", help="report what the job would change, and change nothing")
    run.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="cancel the run after this time")
    run.add_argument("--poll", type=_seconds, metavar="SECONDS", default=5.0, help="delay between looks at the run (5)")
    patience = "how long to go on while the service is unavailable (300)"
    run.add_argument("--patience", type=_seconds, metavar="SECONDS", default=300.0, help=patience)
    on_signal = "what SIGTERM and SIGINT do to the run (cancel)"
    run.add_argument("--on-signal", choices=("cancel", "leave"), default="cancel", help=on_signal)
    run.add_argument("--json", action="store_true", help="print a JSON object per line")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not (math.isfinite(seconds) and seconds > 0):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of seconds, for example 30")
    return seconds


def _parameter(text: str) -> tuple[str, Parameter]:
    """Return the name and the value: a JSON number, true, false or null as such, and anything else as text."""
    name, equals, given = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE, for example devices_per_type=50")
    try:
        value = json.loads(given)
    except ValueError:
        return name, given
    return name, value if isinstance(value, (int, float)) or value is None else given


async def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    output = Output(as_json=options.json)
    body = {"parameters": dict(options.parameters), "dry_run": options.dry_run}
    request = RunRequest(options.job, options.key or f"client-{uuid.uuid4()}", body)
    waiting = Waiting(options.poll, options.timeout, options.on_signal == "cancel")
    async with _client(environment) as client, _stopped_by_signals() as stop:
        api = RunsApi(client, options.patience, output.unavailable)
        return await Follower(api, output, waiting, str(client.base_url).rstrip("/")).follow(request, stop)


def _client(environment: Mapping[str, str]) -> httpx.AsyncClient:
    """Return a client with the API key. It trusts the authorities of the system, or those of SSL_CERT_FILE."""
    url = environment.get("ARCBEAT_URL", "")
    if not url.startswith(("http://", "https://")):
        raise CommandFailed("ARCBEAT_URL is not an address, for example https://arcbeat.example.com", EXIT_USAGE)
    return httpx.AsyncClient(
        base_url=url,
        headers={"X-API-Key": _api_key(environment)},
        timeout=REQUEST_SECONDS_MAX,
        trust_env=False,  # a proxy of the environment seldom reaches a service inside the plant
        verify=ssl.create_default_context(),
    )


def _api_key(environment: Mapping[str, str]) -> str:
    key = environment.get("ARCBEAT_API_KEY")
    if file := environment.get("ARCBEAT_API_KEY_FILE"):
        try:
            key = Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise CommandFailed(f"ARCBEAT_API_KEY_FILE cannot be read: {error}", EXIT_USAGE) from error
    key = (key or "").strip()
    if not (key and key.isascii() and key.isprintable()):
        message = "ARCBEAT_API_KEY has no API key with the scopes job:run and job:read; set it or ARCBEAT_API_KEY_FILE"
        raise CommandFailed(message, EXIT_USAGE)
    return key


@asynccontextmanager
async def _stopped_by_signals() -> AsyncIterator[asyncio.Event]:
    """Yield an event that a signal sets.

    Further signals have no effect, because schedulers send several before the run is cancelled: DolphinScheduler sends
    SIGINT, then SIGTERM.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in SIGNALS:
        loop.add_signal_handler(each, stop.set)
    yield stop
