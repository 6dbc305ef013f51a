"""Formats results as Markdown tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.record import Row

Column = tuple[str, Callable[[Row], object]]


def by_name(name: str) -> Callable[[Row], object]:
    """Return a function that returns the value of one key."""
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
    ("page, ms", by_name("page_ms")),
    ("compared with", by_name("compared_with")),
    ("of that, ms", by_name("compared_ms")),
    ("ratio", by_name("ratio")),
)
REQUESTS: Sequence[Column] = (
    ("store", by_name("store")),
    ("page", by_name("page_size")),
    ("connections", by_name("connections")),
    ("arcbeat, query", _load("arcbeat query")),
    ("FastAPI, query", _load("fastapi query")),
    ("arcbeat's requests to FastAPI's", by_name("query_times")),
    ("arcbeat, snapshot", _load("arcbeat snapshot")),
    ("times FastAPI's query", by_name("snapshot_times")),
    ("Starlette, constant", _load("starlette constant")),
    ("generator CPU", _generator),
)
LAYERS: Sequence[Column] = (
    ("page", by_name("page_size")),
    ("layers up to", by_name("layer")),
    ("µs", by_name("us")),
    ("added by this layer, µs", by_name("added_us")),
)
INGEST: Sequence[Column] = (
    ("store", by_name("store")),
    ("rows per batch", by_name("batch_rows")),
    ("senders", by_name("senders")),
    ("arcbeat, rows/s", lambda row: f"{row['arcbeat_rows_s']:,.0f}"),
    ("as NDJSON, rows/s", lambda row: f"{row['ndjson_rows_s']:,.0f}"),
    ("compared with", by_name("compared_with")),
    ("of that, rows/s", lambda row: f"{row['compared_rows_s']:,.0f}"),
    ("ratio", by_name("ratio")),
)
NEW_DEVICES: Sequence[Column] = (
    ("names", by_name("names")),
    ("devices", by_name("devices")),
    ("batch, s", by_name("seconds")),
    ("plain batch, s", by_name("plain_seconds")),
    ("devices/s", lambda row: f"{row['devices_s']:,.0f}"),
    ("earlier method, devices/s", lambda row: f"{row['compared_devices_s']:,.0f}"),
    ("ratio", by_name("ratio")),
)
SMALL_REQUESTS: Sequence[Column] = (
    ("store", by_name("store")),
    ("connections", by_name("connections")),
    ("one reading, µs of CPU", by_name("stored_us")),
    ("cached page, µs of CPU", by_name("page_us")),
    ("ratio", by_name("ratio")),
    ("requests with one reading", lambda row: f"{row['requests_s']:,.0f}/s"),
)
SAMPLER: Sequence[Column] = (
    ("devices", by_name("devices")),
    ("decoding alone, ms", by_name("decode_ms")),
    ("splitting, ms", by_name("split_ms")),
    ("rows and differences, ms", by_name("rows_ms")),
    ("encoding, ms", by_name("encode_ms")),
    ("tick to decoding alone", by_name("times")),
    ("snapshot, bytes", lambda row: f"{row['snapshot_bytes']:,.0f}"),
    ("delta, bytes", lambda row: f"{row['delta_bytes']:,.0f}"),
    ("share of the snapshot", lambda row: f"{row['bytes_share']:.1%}"),
)


def _page_latencies(of: str) -> Callable[[Row], str]:
    return lambda row: " / ".join(f"{row[of][name]:.1f}" for name in ("p50_ms", "p99_ms", "worst_ms"))


def _late(row: Row) -> str:
    """Return how many timers were late by more than 5, 10 and 50 ms."""
    lag = row["lag"]
    return " / ".join(f"{lag['+Inf'] - lag[bound]:.0f}" for bound in ("5", "10", "50"))


def _longest(of: str) -> Callable[[Row], str]:
    return lambda row: "; ".join(f"{ms:.1f} {name}" for ms, name in row[of])


SCALE: Sequence[Column] = (
    ("store", by_name("store")),
    ("devices", by_name("devices")),
    ("ticks", by_name("ticks")),
    ("page, p50 / p99 / slowest, ms", _page_latencies("large")),
    ("of a small type", _page_latencies("small")),
    ("timers late by 5 / 10 / 50 ms", _late),
    ("CPU of a tick, s", by_name("cpu_s")),
    ("of reading all devices as before", by_name("before_cpu_s")),
    ("peak of memory, MiB", by_name("memory_mib")),
    ("with a drift report", by_name("drift_memory_mib")),
    ("drift, s", by_name("drift_s")),
    ("longest slices, ms of CPU", _longest("slices")),
    ("of a drift report", _longest("drift_slices")),
)
EXPORT: Sequence[Column] = (
    ("format", by_name("format")),
    ("rows", by_name("rows")),
    ("file, MiB", by_name("file_mib")),
    ("page by page, rows per second of CPU", lambda row: f"{row['paged_rows_s']:,}"),
    ("collected first, rows per second of CPU", lambda row: f"{row['collected_rows_s']:,}"),
    ("page by page, peak MiB", by_name("paged_peak_mib")),
    ("collected first, peak MiB", by_name("collected_peak_mib")),
    ("ratio", by_name("ratio")),
)
WINDOWS: Sequence[Column] = (
    ("store", by_name("store")),
    ("rows", by_name("rows")),
    ("interval", by_name("interval")),
    ("windows", by_name("windows")),
    ("aggregates", by_name("aggregates")),
    ("port, ms", by_name("port_ms")),
    ("plain statement, ms", by_name("plain_ms")),
    ("ratio", by_name("ratio")),
)
STATES: Sequence[Column] = (
    ("store", by_name("store")),
    ("rows", by_name("rows")),
    ("runs", by_name("runs")),
    ("state time, ms", by_name("state_time_ms")),
    ("plain statement, ms", by_name("plain_ms")),
    ("ratio", by_name("ratio")),
    ("reading by reading, ms", by_name("by_reading_ms")),
)
LIVE: Sequence[Column] = (
    ("clients", by_name("clients")),
    ("scenario", by_name("scenario")),
    ("server", by_name("server")),
    ("frame, kB", lambda row: f"{row['frame_bytes'] / 1000:.1f}"),
    ("tick to delta, ms", lambda row: f"{row['published_ms']:.0f}" if "published_ms" in row else ""),
    ("tick to first delivery, ms", lambda row: f"{row['first_ms']:.0f}"),
    ("p50, ms", lambda row: f"{row['p50_ms']:.0f}"),
    ("p99, ms", lambda row: f"{row['p99_ms']:.0f}"),
    ("server CPU per tick, ms", lambda row: f"{row['server_cpu_ms']:.0f}"),
    ("generator CPU until delivery", lambda row: f"{row['generator_cpu_share']:.0%}"),
)
JOB_LOGS: Sequence[Column] = (
    ("operation", by_name("what")),
    ("rows", by_name("found")),
    ("partitions executed", by_name("executed")),
    ("p50, ms", by_name("partitioned_p50_ms")),
    ("p95, ms", by_name("partitioned_p95_ms")),
    ("in one piece, p50, ms", by_name("plain_p50_ms")),
    ("p95, ms", by_name("plain_p95_ms")),
    ("ratio of p50", by_name("ratio")),
)
COLD_START: Sequence[Column] = (
    ("handler or server", by_name("handler")),
    ("files in the page cache", by_name("page_cache")),
    ("until it takes requests, ms", by_name("import_ms")),
    ("first answer, ms", by_name("first_ms")),
    ("CPU time of both, ms", by_name("cpu_ms")),
    ("second answer, ms", by_name("second_ms")),
    ("peak of memory, MiB", by_name("peak_mib")),
    ("modules", lambda row: row["modules"] or ""),
)
CONSOLE: Sequence[Column] = (
    ("rows", by_name("rows")),
    ("parse and apply alone, ms of CPU", lambda row: f"{row['alone_ms']:.1f}"),
    ("table, ms of CPU", lambda row: f"{row['table_ms']:.1f}"),
    ("main thread", lambda row: f"{row['share_percent']:.2f} %"),
    ("ratio", lambda row: f"{row['ratio']:.1f}"),
    ("frame while scrolling, median, ms", lambda row: f"{row['frame_ms_median']:.1f}"),
    ("longest, ms", lambda row: f"{row['frame_ms_max']:.1f}"),
)
TARGETS: Sequence[Column] = (
    ("target", by_name("target")),
    ("wanted", by_name("wanted")),
    ("measured", by_name("measured")),
    ("", lambda row: "met" if row["met"] else "**missed**"),
)
TABLES: Mapping[str, tuple[str, Sequence[Column]]] = {
    "page": ("A page read by its own devices, compared with reading the whole table", PAGE),
    "requests": ("The page over HTTP (one connection: median / p99; more connections: requests/s)", REQUESTS),
    "layers": ("The time of a request within the process, layer by layer", LAYERS),
    "sampler": ("The CPU time of a tick of the sampler, without its stores", SAMPLER),
    "scale": ("A type of 100 000 devices, sampled while its pages are requested", SCALE),
    "ingest": ("Storing readings, compared with the store's own bulk method", INGEST),
    "new_devices": ("New devices in one batch on TDengine, names of subtables free or taken", NEW_DEVICES),
    "small_requests": ("Requests of one reading each, compared with those of a cached page", SMALL_REQUESTS),
    "export": (
        "Exporting readings page by page, compared with collecting them first (memory above that of the process)",
        EXPORT,
    ),
    "windows": ("Windows over a month of one device, compared with a plain statement of the store", WINDOWS),
    "states": ("State time of a day of fifty devices, compared with a plain statement of the store", STATES),
    "job_logs": (
        "The log of jobs with 2 million rows in twelve months, compared with the same rows and indexes in one piece",
        JOB_LOGS,
    ),
    "cold_start": (
        "The first answers of a new process of AWS Lambda or a server: fastest of nine, and median of the CPU time",
        COLD_START,
    ),
    "live": ("Ticks delivered to Socket.IO clients over WebSocket, without compression", LIVE),
    "console": (
        "A tick of 10 000 rows × 16 columns in the table of the console, compared with applying it only",
        CONSOLE,
    ),
}


def section(name: str, result: Mapping[str, Any]) -> str:
    """Format the results of one benchmark."""
    title, columns = TABLES[name]
    parts = [f"### {title}", table(columns, result["rows"])]
    if result["targets"]:
        parts.append(table(TARGETS, result["targets"]))
    return "\n\n".join([*parts, _origin(result)]) + "\n"


def table(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Format rows as a Markdown table with aligned columns."""
    cells = [[title for title, _ in columns], *([str(show(row)) for _, show in columns] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    head, *lines = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in cells]
    return "\n".join([head, f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines])


def _origin(result: Mapping[str, Any]) -> str:
    machine = result["machine"]
    return (
        f"{result['measured_at'][:10]}, {machine['cores']} cores of {machine['cpu']}, {machine['system']}, "
        f"Python {machine['python']}."
    )
