"""Maps errors to RFC 9457 problems: the table, and the middleware that catches them."""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson
import structlog
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcbeat.api.body.reading import ClientDisconnected
from arcbeat.api.problem_texts.catalogue import help_path, load_problem_texts
from arcbeat.api.problem_texts.translation import problem_language, translate
from arcbeat.domain import errors
from arcbeat.domain.catalogue.device_types import Language

logger = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS_RANGE = (1, 5)
"""Retry-After is random, so that clients do not all retry at the same moment."""
ERRORS_BYTES_MAX = 48 * 1024
"""Further errors are omitted, so that a problem has at most 64 KiB, whatever was sent."""
TEXT_CHARACTERS_MAX = 1000
"""Longer texts of a problem are cut off; they may quote what was sent."""
STORE_FAILURES = frozenset({502, 503, 504})
"""The statuses of a failed store; another try may succeed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem type.

    Attributes:
        slug: the end of ``type``, and the name of the page in docs/problems.
    """

    status: int
    slug: str
    title: str

    @property
    def type(self) -> str:
        return f"urn:arcbeat:problem:{self.slug}"


# The problem of the nearest base class applies, so a subclass needs a line only if its problem differs.
PROBLEMS: Mapping[type[errors.ArcbeatError], Problem] = {
    errors.InvalidInput: Problem(400, "invalid-input", "Invalid input"),
    errors.InvalidValue: Problem(400, "invalid-input", "Invalid input"),
    errors.TooManyRows: Problem(400, "too-many-rows", "Too many rows"),
    errors.InvalidCredentials: Problem(401, "invalid-credentials", "Invalid credentials"),
    errors.Unauthenticated: Problem(401, "unauthenticated", "Unauthenticated"),
    errors.Forbidden: Problem(403, "forbidden", "Forbidden"),
    errors.NotFound: Problem(404, "not-found", "Not found"),
    errors.UnknownDeviceType: Problem(404, "unknown-device-type", "Unknown device type"),
    errors.UnknownDevice: Problem(404, "unknown-device", "Unknown device"),
    errors.UnknownUser: Problem(404, "unknown-user", "Unknown user"),
    errors.UnknownApiKey: Problem(404, "unknown-api-key", "Unknown API key"),
    errors.UnknownDictType: Problem(404, "unknown-dict-type", "Unknown dictionary type"),
    errors.UnknownDictData: Problem(404, "unknown-dict-data", "Unknown dictionary data"),
    errors.UnknownStatistic: Problem(404, "unknown-statistic", "Unknown statistic"),
    errors.UnknownJob: Problem(404, "unknown-job", "Unknown job"),
    errors.UnknownRun: Problem(404, "unknown-run", "Unknown run"),
    errors.UnknownJobLog: Problem(404, "unknown-job-log", "Unknown job log"),
    errors.UnknownAlert: Problem(404, "unknown-alert", "Unknown alert"),
    errors.UnknownAlarm: Problem(404, "unknown-alarm", "Unknown alarm"),
    errors.UnknownDownload: Problem(404, "unknown-download", "Unknown download"),
    errors.Conflict: Problem(409, "conflict", "Conflict"),
    errors.StaticFieldsUnavailable: Problem(409, "static-fields-unavailable", "Static fields unavailable"),
    errors.AlreadyExists: Problem(409, "already-exists", "Already exists"),
    errors.SuperTableMissing: Problem(409, "super-table-missing", "Super table missing"),
    errors.SuperTableUnsuitable: Problem(409, "super-table-unsuitable", "Super table unsuitable"),
    errors.StatisticTableMissing: Problem(409, "statistic-table-missing", "Statistic table missing"),
    errors.StatisticEmpty: Problem(409, "statistic-empty", "Statistic empty"),
    errors.UserHasApiKeys: Problem(409, "user-has-api-keys", "User has API keys"),
    errors.LastAdmin: Problem(409, "last-admin", "Last admin"),
    errors.ImportRejected: Problem(409, "import-rejected", "Import rejected"),
    errors.AlarmAcknowledged: Problem(409, "alarm-acknowledged", "Alarm acknowledged"),
    errors.DownloadCancelled: Problem(409, "download-cancelled", "Download cancelled"),
    errors.NotAUser: Problem(409, "not-a-user", "Not a user"),
    errors.PreconditionFailed: Problem(412, "precondition-failed", "Precondition failed"),
    errors.PayloadTooLarge: Problem(413, "payload-too-large", "Payload too large"),
    errors.UnsupportedMediaType: Problem(415, "unsupported-media-type", "Unsupported media type"),
    errors.HeaderTooLarge: Problem(431, "header-too-large", "Header too large"),
    errors.NotAvailableInFunctions: Problem(501, "not-available-in-functions", "Not available in functions"),
    errors.ServerUnavailable: Problem(503, "server-unavailable", "Server unavailable"),
    errors.TooManyRequests: Problem(429, "too-many-requests", "Too many requests"),
    errors.OutOfSpace: Problem(503, "out-of-space", "Out of space"),
    errors.StoreUnavailable: Problem(503, "store-unavailable", "Store unavailable"),
    errors.StoreTimeout: Problem(504, "store-timeout", "Store timeout"),
    errors.StoreUnauthorised: Problem(502, "store-unauthorised", "Store rejects this service"),
    errors.StoreObjectMissing: Problem(502, "store-object-missing", "Store lacks a table"),
    errors.StoreError: Problem(502, "store-error", "Store error"),
    errors.ArcbeatError: Problem(500, "internal-error", "Internal error"),
}
# The problems of Starlette's HTTPExceptions, which routing and Connexion's security raise, by status.
HTTP_PROBLEMS: Mapping[int, tuple[Problem, str]] = {
    401: (PROBLEMS[errors.Unauthenticated], errors.Unauthenticated().detail),
    403: (PROBLEMS[errors.Forbidden], errors.Forbidden().detail),
    404: (
        PROBLEMS[errors.NotFound],
        "There is no resource at this path. Paths have no slash at the end; /openapi.json lists them.",
    ),
    405: (
        Problem(405, "method-not-allowed", "Method not allowed"),
        "This path does not support the method; the Allow header lists those that it supports.",
    ),
}
INTERNAL = (PROBLEMS[errors.ArcbeatError], "The server failed. Its log has the cause; look there for the request_id.")


def problem_of(error: errors.ArcbeatError) -> Problem:
    """Return the problem type of an error."""
    return next(PROBLEMS[cls] for cls in type(error).__mro__ if cls in PROBLEMS)


def problem_type_of(error: Exception) -> str:
    """Return the type of the problem that a client receives for an error."""
    if isinstance(error, HTTPException) and error.status_code in HTTP_PROBLEMS:
        return HTTP_PROBLEMS[error.status_code][0].type
    return problem_of(error).type if isinstance(error, errors.ArcbeatError) else INTERNAL[0].type


def problem_body(error: errors.ArcbeatError, language: Language = Language.ENGLISH) -> dict[str, Any]:
    """Return the problem of an error for a socket, where Retry-After cannot be a header."""
    problem = problem_of(error)
    return {
        **_texts(problem, error.detail, language),
        **_errors(error, language),
        **_retry_after(error, problem),
    }


def _texts(problem: Problem, detail: str, language: Language) -> dict[str, Any]:
    text = load_problem_texts().problems.get(problem.slug)
    return {
        "type": problem.type,
        "title": text.title.text(language) if text else problem.title,
        "status": problem.status,
        "detail": _shortened(translate(detail, language)),
        "help": help_path(problem.slug),
    }


def to_arcbeat_error(error: Exception) -> errors.ArcbeatError:
    """Return the error that the client receives. An unexpected one is logged with its traceback, and hidden."""
    if isinstance(error, errors.ArcbeatError):
        return error
    logger.error("unhandled_error", exc_info=error)
    return errors.ArcbeatError("The server failed. Its log has the cause.")


def _errors(error: errors.ArcbeatError, language: Language) -> dict[str, Any]:
    return {"errors": list(_first_errors(error.errors, language))} if error.errors else {}


def _first_errors(given: Sequence[errors.InputError], language: Language) -> Iterator[dict[str, str]]:
    bytes_left = ERRORS_BYTES_MAX
    for each in given:
        translated = replace(each, detail=translate(each.detail, language))
        error = {name: _shortened(text) for name, text in asdict(translated).items() if text is not None}
        bytes_left -= len(orjson.dumps(error)) + 1
        if bytes_left < 0:
            return
        yield error


def _shortened(text: str) -> str:
    short = text if len(text) <= TEXT_CHARACTERS_MAX else f"{text[:TEXT_CHARACTERS_MAX]}…"
    return short.encode(errors="replace").decode()  # a lone surrogate cannot be sent


def _retry_after(error: errors.ArcbeatError, problem: Problem) -> dict[str, int]:
    if isinstance(error, errors.TooManyRequests):
        return {"retry_after_seconds": error.retry_after_seconds}
    return {"retry_after_seconds": _jittered_seconds()} if problem.status in STORE_FAILURES else {}


def _jittered_seconds() -> int:
    return random.randint(*RETRY_AFTER_SECONDS_RANGE)  # noqa: S311 -- jitter, no secret


class _ObservedSend:
    """Passes on what an application sends, and remembers that its response has started: a problem comes too late."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_started = False

    def send(self, message: Message) -> Awaitable[None]:
        self.has_started = True
        return self._send(message)


class ProblemResponses:
    """Turns every exception of the inner application into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sender = _ObservedSend(send)
        try:
            await self._app(scope, receive, sender.send)
        except ClientDisconnected:
            logger.info("client_disconnected")
        except asyncio.CancelledError:
            logger.warning("request_cut", started=sender.has_started)
            if sender.has_started:
                raise
            await stopping_response(scope["state"]["request_id"])(scope, receive, send)
        except Exception as error:
            language = problem_language(Headers(scope=scope).get("accept-language"))
            response = respond(error, scope["state"]["request_id"], language)
            if sender.has_started:
                raise
            await response(scope, receive, send)


class StoppedRequests:
    """Responds to requests that the server cancels when it stops, for applications that do not do it themselves.

    uvicorn would respond with 500. A response that has started is cut off: its client sees that it is incomplete.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sender = _ObservedSend(send)
        try:
            await self._app(scope, receive, sender.send)
        except asyncio.CancelledError:
            if sender.has_started:
                raise
            await stopping_response()(scope, receive, send)


def stopping_response(request_id: str | None = None) -> Response:
    """Return the response to a request that is cancelled because the server stops."""
    response = problem_response(errors.ServerUnavailable("The server is stopping; send the request again."), request_id)
    response.headers["Connection"] = "close"
    return response


def respond(error: Exception, request_id: str, language: Language = Language.ENGLISH) -> Response:
    """Return the response for an error. An unexpected error is logged with its traceback, which clients do not see."""
    if isinstance(error, errors.ArcbeatError):
        return _expected(error, request_id, language)
    if isinstance(error, HTTPException) and error.status_code in HTTP_PROBLEMS:
        problem, detail = HTTP_PROBLEMS[error.status_code]
        return _response(problem, detail, request_id, language, headers=_headers(problem, error.headers))
    logger.error("unhandled_error", exc_info=error)
    return _response(*INTERNAL, request_id, language)


def _expected(error: errors.ArcbeatError, request_id: str, language: Language) -> Response:
    problem = problem_of(error)
    if problem.status >= 500 and problem.status != 501:  # 501 is an error of the client
        logger.warning("request_failed", problem=problem.slug, detail=error.detail)
    return problem_response(error, request_id, language)


def problem_response(
    error: errors.ArcbeatError, request_id: str | None = None, language: Language = Language.ENGLISH
) -> Response:
    """Return the response for an error; without an id of the request, it gets a new one."""
    problem = problem_of(error)
    given = {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, errors.TooManyRequests) else {}
    if isinstance(error, errors.UnsupportedContentCoding):
        given = {"Accept-Encoding": "gzip"}
    request_id = request_id or secrets.token_hex(16)
    headers = _headers(problem, given)
    return _response(problem, error.detail, request_id, language, headers=headers, **_errors(error, language))


def _headers(problem: Problem, given: Mapping[str, str] | None = None) -> dict[str, str]:
    headers = dict(given or {})
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="arcbeat"'
    if problem.status in STORE_FAILURES:
        headers["Retry-After"] = str(_jittered_seconds())
    return headers


def _response(
    problem: Problem,
    detail: str,
    request_id: str,
    language: Language,
    *,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    body = {**_texts(problem, detail, language), "request_id": request_id, **extra}
    sent = {**(headers or {}), "Content-Language": language.value, "Vary": "Accept-Language"}
    return Response(orjson.dumps(body), problem.status, sent, media_type=MEDIA_TYPE)
