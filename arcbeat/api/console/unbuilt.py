"""The page that is served where the console is not built: why, and how to go on."""

from enum import Enum
from html import escape
from typing import NamedTuple

from starlette.responses import HTMLResponse, Response

RETRY_SECONDS = 5
"""A browser loads the page again after this time while the console is being built; a build takes about a minute."""


class BuildState(Enum):
    """Why there is no console yet."""

    NOT_BUILT = "not-built"
    BUILDING = "building"
    NO_REGISTRY = "no-registry"
    FAILED = "failed"


class _Text(NamedTuple):
    """A heading, and a paragraph that has code between backticks."""

    heading: str
    paragraph: str


_MIRROR = "npm_config_registry=https://registry.npmmirror.com make web"
_CHINESE = {
    BuildState.NOT_BUILT: _Text(
        "控制台尚未构建",
        "在源码目录中执行 `make web`，完成后刷新本页，无需重启服务。使用 `docker build .` 构建的镜像已包含控制台。",
    ),
    BuildState.BUILDING: _Text(
        "正在构建控制台",
        "通常需要一分钟左右，进度见运行演示的终端。构建完成后，本页会自动打开控制台。",
    ),
    BuildState.NO_REGISTRY: _Text(
        "控制台未能构建：无法访问 npm 软件源",
        f"请检查网络和代理，或改用其他软件源，例如 `{_MIRROR}`。`make web` 成功后刷新本页，无需重启服务。",
    ),
    BuildState.FAILED: _Text(
        "控制台构建失败",
        "原因见运行演示的终端。排除问题后执行 `make web`，完成后刷新本页，无需重启服务。",
    ),
}
_ENGLISH = {
    BuildState.NOT_BUILT: _Text(
        "The console is not built",
        "Run `make web` in the checkout, then reload this page; the service needs no restart. "
        "An image made by `docker build .` contains the console.",
    ),
    BuildState.BUILDING: _Text(
        "The console is being built",
        "This takes about a minute; the terminal of the demo shows the progress. Then this page opens the console.",
    ),
    BuildState.NO_REGISTRY: _Text(
        "The console could not be built: the npm registry is unreachable",
        f"Check the network and the proxy, or use another registry, for example `{_MIRROR}`. "
        "After `make web` has succeeded, reload this page; the service needs no restart.",
    ),
    BuildState.FAILED: _Text(
        "The build of the console has failed",
        "The terminal of the demo has the reason. Run `make web`, then reload this page; the service needs no restart.",
    ),
}
_MEANWHILE = (
    '<p>API 不受影响：<a href="/docs">API 文档</a>。</p>',
    '<p>The API is not affected: <a href="/docs">its documentation</a>.</p>',
)


def unbuilt_page(state: BuildState) -> Response:
    """Return the page in both languages, with status 503. It has no script and no style."""
    building = state is BuildState.BUILDING
    refresh = f'<meta http-equiv="refresh" content="{RETRY_SECONDS}">' if building else ""
    html = (
        f'<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8">{refresh}'
        '<meta name="viewport" content="width=device-width"><title>arcbeat</title></head>\n<body>\n'
        f'<section lang="zh-CN">\n{_section(_CHINESE[state])}{_MEANWHILE[0]}\n</section>\n<hr>\n'
        f'<section lang="en">\n{_section(_ENGLISH[state])}{_MEANWHILE[1]}\n</section>\n</body>\n</html>\n'
    )
    headers = {"Cache-Control": "no-store", **({"Retry-After": str(RETRY_SECONDS)} if building else {})}
    return HTMLResponse(html, 503, headers)


def _section(text: _Text) -> str:
    return f"<h1>{escape(text.heading)}</h1>\n<p>{_with_code(text.paragraph)}</p>\n"


def _with_code(text: str) -> str:
    """Return the text as HTML; every second part between backticks is code."""
    parts = escape(text, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
