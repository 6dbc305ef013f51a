"""The path of a request in an event, without what API Gateway puts in front of it.

REST APIs, function URLs and load balancers pass the path as the client sent it; HTTP APIs have decoded it, so that it
must not be decoded again. The stage is in front of the path of HTTP APIs, unless it is ``$default``, and not in that of
REST APIs. A custom domain name has a mapping in the place of the stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

DEFAULT_STAGE = "$default"
OWN_DOMAIN = ".execute-api."
"""In each domain name of API Gateway; custom domain names lack it."""
FUNCTION_URL = ".lambda-url."
"""In the domain name of each function URL."""


@dataclass(frozen=True, slots=True)
class RequestPath:
    """Where a request goes.

    Attributes:
        path: The decoded path, as the contract has it.
        prefix: What clients write in front of it, for example ``/prod``; empty if nothing, or if the event does not
            tell.
    """

    path: str
    prefix: str = ""


def path_of_http_api(event: Mapping[str, Any]) -> RequestPath:
    """Return the path of an HTTP API (payload 2.0) or a function URL."""
    context, path = event["requestContext"], event["rawPath"]
    if FUNCTION_URL in context["domainName"]:
        return RequestPath(unquote(path))
    return _without_stage(path, context)


def path_of_rest_api(event: Mapping[str, Any]) -> RequestPath:
    """Return the path of a REST API, or of an HTTP API with the payload 1.0."""
    context, path = event["requestContext"], event["path"]
    if event.get("version") == "1.0":
        return _without_stage(path, context)
    if context.get("path") == f"/{context['stage']}{path}":
        return RequestPath(unquote(path), f"/{context['stage']}")
    return _without_mapping(path, (event.get("pathParameters") or {}).get("proxy"))


def _without_stage(path: str, context: Mapping[str, Any]) -> RequestPath:
    stage = f"/{context['stage']}"
    if context["stage"] == DEFAULT_STAGE or not f"{path}/".startswith(f"{stage}/"):
        return RequestPath(path)
    # Clients of a custom domain name write its mapping instead, which the event does not have.
    return RequestPath(path[len(stage) :] or "/", stage if OWN_DOMAIN in context["domainName"] else "")


def _without_mapping(path: str, proxy: str | None) -> RequestPath:
    """Return the path behind the mapping of a custom domain name, which the greedy resource ``/{proxy+}`` lacks."""
    whole = unquote(path)
    for rest in (f"/{unquote(proxy)}", f"/{proxy}") if proxy else ():
        if whole.endswith(rest):
            return RequestPath(rest, whole.removesuffix(rest))
    return RequestPath(whole)
