"""Results as Markdown tables, for the terminal and for the README."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.record import Row

Column = tuple[str, Callable[[Row], object]]


def by_name(name: str) -> Callable[[Row], object]:
    """The value of one key."""
    return lambda row: row[name]


def _load(server: str) -> Callable[[Row], object]:
    def show(row: Row) -> str:
        figures = row["servers"][server]
        if row["connections"] == 1:
            return f"{figures['p50_ms']:.2f} / {figures['p99_ms']:.2f} ms"
        return f"{figures['requests_s']:,.0f}/s"

    return show


def _generator(row: Row) -> str:
    return f"{max(figures['generator_cpu_share'] for figures in row['servers'].values()):.0%}"


PAGE: Sequence[Column] = (
    ("store", by_name("store")),
    ("devices", by_name("devices")),
    ("page", by_name("page_size")),
    ("by page, ms", by_name("page_ms")),
    ("beside", by_name("beside")),
    ("that, ms", by_name("beside_ms")),
    ("times", by_name("ratio")),
)
REQUESTS: Sequence[Column] = (
    ("store", by_name("store")),
    ("page", by_name("page_size")),
    ("connections", by_name("connections")),
    ("arcbeat, query", _load("arcbeat query")),
    ("FastAPI, query", _load("fastapi query")),
    ("arcbeat's time to FastAPI's", by_name("query_time")),
    ("arcbeat, cached", _load("arcbeat cached")),
    ("times FastAPI's query", by_name("cached_times")),
    ("Starlette, constant", _load("starlette constant")),
    ("generator's core", _generator),
)
LAYERS: Sequence[Column] = (
    ("page", by_name("page_size")),
    ("up to here", by_name("layer")),
    ("µs", by_name("us")),
    ("more than the line before, µs", by_name("added_us")),
)
INGEST: Sequence[Column] = (
    ("store", by_name("store")),
    ("rows a batch", by_name("batch_rows")),
    ("senders", by_name("senders")),
    ("arcbeat, rows/s", lambda row: f"{row['arcbeat_rows_s']:,.0f}"),
    ("beside", by_name("beside")),
    ("that, rows/s", lambda row: f"{row['beside_rows_s']:,.0f}"),
    ("arcbeat to that", by_name("ratio")),
)
LIVE: Sequence[Column] = (
    ("clients", by_name("clients")),
    ("of", by_name("scenario")),
    ("server", by_name("server")),
    ("a frame, kB", lambda row: f"{row['frame_bytes'] / 1000:.1f}"),
    ("tick to first delivery, ms", lambda row: f"{row['first_ms']:.0f}"),
    ("p50, ms", lambda row: f"{row['p50_ms']:.0f}"),
    ("p99, ms", lambda row: f"{row['p99_ms']:.0f}"),
    ("server's CPU a tick, ms", lambda row: f"{row['server_cpu_ms']:.0f}"),
    ("generator's core until delivery", lambda row: f"{row['generator_cpu_share']:.0%}"),
)
SAMPLING: Sequence[Column] = (
    ("devices", by_name("devices")),
    ("rows of the answer, ms", by_name("rows_ms")),
    ("difference, ms", by_name("difference_ms")),
    ("encoding, ms", by_name("encode_ms")),
    ("delta, kB", lambda row: f"{row['frame_bytes'] / 1000:.0f}"),
    ("snapshot, kB", lambda row: f"{row['snapshot_bytes'] / 1000:.0f}"),
)
TARGETS: Sequence[Column] = (
    ("target", by_name("target")),
    ("wanted", by_name("wanted")),
    ("measured", by_name("measured")),
    ("", lambda row: "met" if row["met"] else "**missed**"),
)
TABLES: Mapping[str, tuple[str, Sequence[Column]]] = {
    "page": ("A page by its own batch, beside reading the whole table", PAGE),
    "requests": ("The page over HTTP (one connection: median / p99; more: requests/s)", REQUESTS),
    "layers": ("What a request costs in process, layer by layer", LAYERS),
    "ingest": ("Storing readings, beside the store's own bulk way", INGEST),
    "live": ("Ticks told to clients of Socket.IO over WebSocket, nothing compressed", LIVE),
    "sampling": ("What a tick costs before anybody is told", SAMPLING),
}


def section(name: str, result: Mapping[str, Any]) -> str:
    """Everything that one benchmark found."""
    title, columns = TABLES[name]
    parts = [f"### {title}", table(columns, result["rows"])]
    if result["targets"]:
        parts.append(table(TARGETS, result["targets"]))
    return "\n\n".join([*parts, _origin(result)]) + "\n"


def table(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Rows as Markdown, padded so that it reads well as plain text too."""
    cells = [[title for title, _ in columns], *([str(show(row)) for _, show in columns] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    head, *lines = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in cells]
    return "\n".join([head, f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines])


def _origin(result: Mapping[str, Any]) -> str:
    machine = result["machine"]
    return (
        f"{result['measured_at'][:10]}, {machine['cores']} cores of {machine['cpu']}, {machine['system']}, "
        f"Python {machine['python']}."
    )
