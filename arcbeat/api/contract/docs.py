"""Serves the contracts (/openapi.json, /asyncapi.yaml) and Swagger UI (/docs), without anything from other servers."""

import hashlib
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from arcbeat.api.compression.middleware import SharedResponse
from arcbeat.api.contract.asyncapi import ASYNCAPI_FILE
from arcbeat.api.contract.bundle import Json, published
from arcbeat.api.problem_texts.catalogue import PAGES_PATH, load_problem_texts
from arcbeat.api.problem_texts.pages import POLICY as PAGE_POLICY
from arcbeat.api.problem_texts.pages import index_page, problem_page
from arcbeat.api.problem_texts.translation import problem_language
from arcbeat.domain.catalogue.device_types import Language
from arcbeat.domain.shared_body import SharedBody

DOCS_PATH = "/docs"
OPENAPI_PATH = "/openapi.json"
ASYNCAPI_PATH = "/asyncapi.yaml"
DOCUMENT_PATHS = frozenset({DOCS_PATH, OPENAPI_PATH, ASYNCAPI_PATH})
"""All that is served here is at one of these paths or below it, except the redirection of the root."""

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>arcbeat API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></body>
</html>
"""
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null});\n'
# Swagger UI sets inline styles and uses data: images; scripts come from this server only.
_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"


def docs(contract: Json, default: ASGIApp) -> Router:
    """Serve the published contract, which is encoded once, and pass all other requests to ``default``."""
    openapi_json = _Document(orjson.dumps(published(contract)), "application/json")
    asyncapi_yaml = _Document(ASYNCAPI_FILE.read_bytes(), "application/yaml")

    async def page(request: Request) -> Response:  # noqa: ARG001 -- the signature of an endpoint
        return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})

    async def start(request: Request) -> Response:  # noqa: ARG001 -- the signature of an endpoint
        return Response(_START, media_type="text/javascript")

    async def root(request: Request) -> Response:  # noqa: ARG001 -- the signature of an endpoint
        return RedirectResponse(DOCS_PATH)

    routes = [
        Route("/", root),
        Route(OPENAPI_PATH, openapi_json.respond),
        Route(ASYNCAPI_PATH, asyncapi_yaml.respond),
        Route(DOCS_PATH, page),
        Route("/docs/start.js", start),
        Route(PAGES_PATH, _problem_index),
        Route(f"{PAGES_PATH}/{{slug}}", _problem),
        Mount("/docs/assets", StaticFiles(directory=_swagger_ui_folder())),
    ]
    return Router(routes, default=default)


async def _problem_index(request: Request) -> Response:
    return _localized(index_page, request)


async def _problem(request: Request) -> Response:
    text = load_problem_texts().problems.get(request.path_params["slug"])
    if text is None:
        raise HTTPException(404)
    return _localized(partial(problem_page, text), request)


def _localized(page: Callable[[Language], str], request: Request) -> Response:
    language = problem_language(request.headers.get("accept-language"))
    headers = {
        "Content-Language": language.value,
        "Content-Security-Policy": PAGE_POLICY,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language",
    }
    return HTMLResponse(page(language), headers=headers)


class _Document:
    """A document that is the same for all clients, with its ETag."""

    def __init__(self, content: bytes, media_type: str) -> None:
        self._body = SharedBody(content)
        self._headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"', "Cache-Control": "no-cache"}
        self._media_type = media_type

    async def respond(self, request: Request) -> Response | SharedResponse:
        if self._headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=self._headers)
        return SharedResponse(self._body, 200, {"Content-Type": self._media_type, **self._headers})


def _swagger_ui_folder() -> Path:
    spec = find_spec("flask_swagger_ui")  # only its files are used, so it is not imported
    if spec is None or spec.origin is None:
        raise RuntimeError("the package flask-swagger-ui, which has the files of Swagger UI, is not installed")
    return Path(spec.origin).parent / "dist"
