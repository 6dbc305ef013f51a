"""The page as a user of FastAPI would write it, with pydantic models, psycopg_pool, httpx and PyJWT.

It uses the statements of arcbeat's adapters, built once, and pools of the same size. What it omits is in its favour:
the device type is a constant, pooled connections are not checked before use, and there are no limits.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import httpx
import jwt
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from adapters.postgres.devices import page_parameters, page_query
from adapters.postgres.telemetry.statements import CLOCK_SKEW, latest
from adapters.tdengine.statements import latest as latest_statement
from arcbeat.domain.catalogue.welding import STATIC_FIELDS
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX
from arcbeat.domain.schema.super_tables import SuperTable
from bench.support import fleet

DATABASE_CONNECTIONS = 10
TDENGINE_CONNECTIONS = 8
TDENGINE_COLUMNS = ("ts", *STATIC_FIELDS, "subtable", "device_code")

SECRET_KEY = os.environ["SECRET_KEY"]
DATABASE_URL = os.environ["DATABASE_URL"]
TELEMETRY_URL = os.environ.get("TELEMETRY_URL")
TABLE = SuperTable.parse(os.environ["BENCH_TABLE"])

WELDING, EVERYONE = fleet.welding(TABLE), DeviceFilter()
LIST_DEVICES = page_query(WELDING, EVERYONE)
LATEST = latest(TABLE)

Freshness = Literal["live", "late", "stale", "never"]
Rows = Mapping[str, Mapping[str, Any]]


class WeldingReading(BaseModel):
    device_code: str
    ts: datetime | None = None
    freshness: Freshness
    clock_skew: bool = False
    team_name: str | None = None
    device_status: str | None = None
    lock_status: bool | None = None
    preset_current: float | None = None
    preset_voltage: float | None = None
    weld_current: float | None = None
    weld_voltage: float | None = None
    material: str | None = None
    wire_diameter: float | None = None
    gas_type: str | None = None
    weld_method: str | None = None
    weld_control: str | None = None
    staff_id: str | None = None
    workpiece_id: str | None = None
    ip_quality: int | None = None


class WeldingPage(BaseModel):
    items: list[WeldingReading]
    page: int
    page_size: int
    total: int
    type_code: str
    sampled_at: datetime
    source: Literal["query"] = "query"


def _tdengine_client(url: str) -> httpx.AsyncClient:
    parts = urlsplit(url)
    return httpx.AsyncClient(
        base_url=f"http://{parts.hostname}:{parts.port}",
        auth=(parts.username or "", parts.password or ""),
        trust_env=False,
        timeout=10,
        limits=httpx.Limits(max_connections=TDENGINE_CONNECTIONS, max_keepalive_connections=TDENGINE_CONNECTIONS),
    )


pool = AsyncConnectionPool(
    DATABASE_URL,
    connection_class=AsyncConnection[DictRow],
    kwargs={"autocommit": True, "row_factory": dict_row},
    open=False,
    min_size=1,
    max_size=DATABASE_CONNECTIONS,
)
tdengine = _tdengine_client(TELEMETRY_URL) if TELEMETRY_URL else None


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(pool)
        if tdengine is not None:
            await stack.enter_async_context(tdengine)
        yield


app = FastAPI(lifespan=lifespan)


async def reader(token: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token.credentials,
            SECRET_KEY,
            algorithms=["HS256"],
            issuer="arcbeat",
            options={"require": ["sub", "exp", "iat", "iss"]},
        )
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    if "telemetry:read" not in claims["scope"].split():
        raise HTTPException(403)
    return claims


@app.get("/api/v1/device/data/realtime", dependencies=[Depends(reader)])
async def list_latest(
    page: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=500)] = 10,
    type_code: Literal["welding", "焊机"] = "welding",
) -> WeldingPage:
    now = datetime.now(UTC)
    codes, total = await read_devices(offset=(page - 1) * page_size, limit=page_size)
    known = await (read_tdengine(codes) if tdengine else read_postgresql(codes, now))
    return WeldingPage(
        items=[to_item(code, known.get(code), now) for code in codes],
        page=page,
        page_size=page_size,
        total=total,
        type_code=type_code,
        sampled_at=now,
    )


async def read_devices(*, offset: int, limit: int) -> tuple[list[str], int]:
    parameters = page_parameters(WELDING, EVERYONE, offset=offset, limit=limit)
    async with pool.connection() as connection:
        rows = await (await connection.execute(LIST_DEVICES, parameters)).fetchall()
    return rows[0]["device_codes"], rows[0]["total"]


async def read_postgresql(codes: list[str], now: datetime) -> Rows:
    parameters = {"device_codes": codes, "now": now + CLOCK_SKEW_MAX}
    async with pool.connection() as connection:
        rows = await (await connection.execute(LATEST, parameters)).fetchall()
    return {row["device_code"]: row for row in rows}


async def read_tdengine(codes: list[str]) -> Rows:
    assert tdengine is not None  # noqa: S101 -- only called where there is one
    statement = latest_statement(TABLE, codes, datetime.now(UTC) + CLOCK_SKEW_MAX)
    answer = await tdengine.post("/rest/sql", params={"tz": "UTC"}, content=statement.encode())
    rows = [dict(zip(TDENGINE_COLUMNS, row, strict=True)) for row in answer.raise_for_status().json()["data"]]
    return {row["device_code"]: {**row, "ts": datetime.fromisoformat(row["ts"])} for row in rows}


def to_item(code: str, row: Mapping[str, Any] | None, now: datetime) -> WeldingReading:
    if row is None:
        return WeldingReading(device_code=code, freshness="never")
    return WeldingReading(
        device_code=code,
        ts=row["ts"],
        freshness=freshness_of(now - row["ts"]),
        clock_skew=row.get(CLOCK_SKEW, False),
        **{name: row[name] for name in STATIC_FIELDS},
    )


def freshness_of(age: timedelta) -> Freshness:
    if age <= timedelta(seconds=WELDING.thresholds.late_after_seconds):
        return "live"
    return "late" if age <= timedelta(seconds=WELDING.thresholds.stale_after_seconds) else "stale"
