"""The board: statistics from tables that the dictionary names, and counts of devices by state."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from arcbeat.demo.statistics import DAILY_COLUMNS
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from tests.support.postgres import Server
from tests.support.service import Service
from tests.support.super_tables import fill_statistic

STATISTICS = "/api/v1/board/statistics"
STATUS = "/api/v1/board/status"
DATA = "/api/v1/dict/data"
DAILY = "平均在线率（日）"
REALTIME = "实时状态统计"
MIDNIGHT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day(welding_minutes: float) -> dict[str, Value]:
    values = (welding_minutes, 300.0, 30.0, 1110.0 - welding_minutes, 330.0 + welding_minutes, 1440.0, 71.25)
    return dict(zip(DAILY_COLUMNS, values, strict=True))


@pytest.fixture(scope="module", autouse=True)
def tables(service: Service) -> None:
    doubles = [Column(name=name, type=ColumnType.DOUBLE) for name in DAILY_COLUMNS]
    earlier = ((MIDNIGHT - timedelta(days=back), day(600.0 + back)) for back in (1, 3))
    fill_statistic(service, "hlzg_db.weld_online_rate_daily", doubles, (MIDNIGHT, day(500.0)), *earlier)
    live = [Column(name="welding_devices", type=ColumnType.INT), Column(name="pulses", type=ColumnType.BIGINT)]
    counted: dict[str, Value] = {"welding_devices": 12, "pulses": 9007199254740993}
    fill_statistic(service, "hlzg_db.weld_status_realtime", live, (datetime.now(UTC) - timedelta(seconds=30), counted))
    fill_statistic(service, "hlzg_db.empty", live)
    fill_statistic(service, "other_db.rates", live, (MIDNIGHT - timedelta(days=40), {"welding_devices": 7}))


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2", "W3", "W4", "W5", "W6", team_name="班组一")
    service.register("W7", device_type="焊机", team_name="班组二")


@pytest.fixture
def readings(service: Service) -> None:
    """Readings of all freshnesses. Each test sends its own, because they are live for only a few seconds."""
    service.append("W1", device_status="焊接")
    service.append("W2", device_status="焊接")
    service.append("W3", device_status="关机")
    service.append("W4", device_status="维修", ts=datetime.now(UTC) - timedelta(seconds=30))
    service.append("W5", device_status="焊接", ts=datetime.now(UTC) - timedelta(hours=1))
    service.append("W7", device_status="报警")


def ask(service: Service, data_label: str, language: str = "zh", **more: Any) -> httpx.Response:
    params = {"data_label": data_label, "max_age": 0, **more}
    return service.operator.get(STATISTICS, params=params, headers={"Accept-Language": language})


def add(service: Service, data_label: str, data_value: str, **more: Any) -> str:
    body = {"dict_type_id": 2, "data_label": data_label, "data_value": data_value, **more}
    answer = service.client(*Role.ADMIN.scopes).post(DATA, json=body)
    assert answer.status_code == 201, answer.text
    return data_label


def test_the_daily_statistic_has_its_columns_with_labels_and_units(service: Service) -> None:
    answer = ask(service, DAILY).json()

    assert [(each["name"], each["label"], each["unit"]) for each in answer["fields"]] == [
        ("welding_minutes", "焊接时间", "min"),
        ("standby_minutes", "待机时间", "min"),
        ("alarm_minutes", "报警时间", "min"),
        ("shutdown_minutes", "关机时间", "min"),
        ("online_minutes", "在线时间", "min"),
        ("total_minutes", "总时间", "min"),
        ("online_rate", "在线率", "%"),
    ]
    assert answer["values"] == day(500.0)
    assert (answer["super_table"], answer["freshness"]) == ("hlzg_db.weld_online_rate_daily", "live")
    assert datetime.fromisoformat(answer["ts"]) == MIDNIGHT


def test_labels_are_returned_in_english_on_request(service: Service) -> None:
    fields = ask(service, DAILY, language="en").json()["fields"]

    assert (fields[0]["label"], fields[6]["label"]) == ("Welding time", "Online rate")


def test_the_trend_defaults_to_seven_days_with_nulls_for_days_without_rows(service: Service) -> None:
    trend = ask(service, DAILY).json()["trend"]

    days = [str((MIDNIGHT - timedelta(days=back)).date()) for back in range(6, -1, -1)]
    assert [each["day"] for each in trend] == days
    assert [each["values"]["welding_minutes"] for each in trend] == [None, None, None, 603.0, None, 601.0, 500.0]
    assert set(trend[0]["values"]) == set(DAILY_COLUMNS)


@pytest.mark.parametrize("days", [0, 1, 366])
def test_a_trend_has_the_requested_length(service: Service, days: int) -> None:
    assert len(ask(service, DAILY, days=days).json()["trend"]) == days


def test_days_are_those_of_the_time_zone(service: Service) -> None:
    here = ask(service, DAILY, time_zone="Asia/Shanghai").json()
    there = ask(service, DAILY, time_zone="America/Anchorage").json()

    assert here["time_zone"] == "Asia/Shanghai"
    rows = {
        zone["time_zone"]: {each["day"] for each in zone["trend"] if each["values"]["total_minutes"]}
        for zone in (here, there)
    }
    assert rows == {
        "Asia/Shanghai": {str((MIDNIGHT - timedelta(days=back)).date()) for back in (0, 1, 3)},
        "America/Anchorage": {str((MIDNIGHT - timedelta(days=back)).date()) for back in (1, 2, 4)},
    }


def test_an_unknown_column_has_its_name_as_label_and_big_integers_are_text(service: Service) -> None:
    answer = ask(service, REALTIME, days=1).json()

    assert answer["fields"] == [
        {"name": "welding_devices", "label": "焊接设备数", "unit": "", "type": "int"},
        {"name": "pulses", "label": "pulses", "unit": "", "type": "bigint"},
    ]
    assert answer["values"] == {"welding_devices": 12, "pulses": "9007199254740993"}
    assert answer["freshness"] == "late"


def test_data_may_name_a_table_of_another_database(service: Service) -> None:
    answer = ask(service, add(service, "elsewhere", "other_db.rates")).json()

    assert (answer["values"]["welding_devices"], answer["freshness"]) == (7, "stale")


def test_another_dictionary_type_may_be_used(service: Service) -> None:
    admin = service.client(*Role.ADMIN.scopes)
    dict_type = admin.post("/api/v1/dict/types", json={"dict_name": "切割机统计"}).json()["id"]
    body = {"dict_type_id": dict_type, "data_label": "x", "data_value": "weld_status_realtime"}
    admin.post(DATA, json=body)

    assert ask(service, "x", dict_name="切割机统计").status_code == 200
    assert ask(service, "x").status_code == 404


@pytest.mark.parametrize(
    ("data_value", "status", "slug"),
    [
        (None, 404, "unknown-statistic"),
        ("not_there", 409, "statistic-table-missing"),
        ("no_such_db.not_there", 409, "statistic-table-missing"),
        ("weld; drop table t_user", 409, "statistic-table-missing"),
        ("empty", 409, "statistic-empty"),
    ],
)
def test_each_missing_part_has_its_own_problem(
    service: Service, data_value: str | None, status: int, slug: str
) -> None:
    label = add(service, f"missing {data_value}", data_value) if data_value else "unknown statistic"

    answer = ask(service, label)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:arcbeat:problem:{slug}")


def test_disabled_data_is_unknown_until_it_is_enabled_again(service: Service) -> None:
    admin = service.client(*Role.ADMIN.scopes)
    label = add(service, "on leave", "weld_status_realtime", enabled=False)
    [data] = admin.get(DATA, params={"keyword": label}).json()["items"]

    def change(**change: Any) -> int:
        """Return the answer right after a change; it may come from the cache."""
        admin.patch(f"{DATA}/{data['id']}", json=change)
        return ask(service, label, max_age=3600).status_code

    assert [change(enabled=each) for each in (False, True, False, True)] == [404, 200, 404, 200]
    assert change(data_value="empty") == 409


def test_an_unknown_time_zone_is_rejected(service: Service) -> None:
    answer = ask(service, DAILY, time_zone="Asia/Atlantis")

    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "time_zone")


@pytest.mark.usefixtures("readings")
def test_devices_are_counted_by_state_and_freshness(service: Service) -> None:
    answer = service.operator.get(STATUS, params={"max_age": 0}).json()

    assert answer["by_state"] == [
        {"state": "焊接", "devices": 2},
        {"state": "待机", "devices": 0},
        {"state": "报警", "devices": 1},
        {"state": "关机", "devices": 1},
        {"state": "维修", "devices": 1},
    ]
    assert answer["by_freshness"] == {"live": 4, "late": 1, "stale": 1, "never": 1}
    assert (answer["total"], answer["online"], answer["offline"]) == (7, 4, 2)
    assert (answer["type_code"], answer["source"]) == ("welding", "query")


@pytest.mark.usefixtures("readings")
def test_each_team_has_counts_of_its_own(service: Service) -> None:
    service.register("W8", team_name=None)
    answer = service.operator.get(STATUS, params={"max_age": 0}).json()
    service.execute("delete from t_device_info where device_code = 'W8'")

    teams = {each["team_name"]: each for each in answer["by_team"]}
    assert [(each["team_name"], each["total"]) for each in answer["by_team"]] == [
        ("班组一", 6),
        ("班组二", 1),
        (None, 1),
    ]
    assert [(each["online"], each["offline"]) for each in answer["by_team"]] == [(3, 2), (1, 0), (0, 1)]
    assert teams["班组一"]["by_state"][0] == {"state": "焊接", "devices": 2}
    assert teams["班组二"]["by_state"] == [
        {"state": state, "devices": int(state == "报警")} for state in ("焊接", "待机", "报警", "关机")
    ]


@pytest.mark.usefixtures("readings")
def test_the_newest_reading_is_that_of_any_counted_device(service: Service) -> None:
    newest = datetime.now(UTC)  # with its microseconds, so that no earlier reading of this second is newer
    service.append("W7", device_status="报警", ts=newest)

    of_all = service.operator.get(STATUS, params={"max_age": 0}).json()
    of_none = service.operator.get(STATUS, params={"type_code": "cutting", "max_age": 0}).json()

    assert datetime.fromisoformat(of_all["newest_reading_at"]) == newest
    assert (of_none["newest_reading_at"], of_none["by_team"]) == (None, [])


@pytest.mark.usefixtures("readings")
def test_devices_may_be_filtered_by_team(service: Service) -> None:
    answer = service.operator.get(STATUS, params={"team_name": "班组二", "max_age": 0}).json()

    assert (answer["total"], answer["by_state"][2]) == (1, {"state": "报警", "devices": 1})
    assert [(each["team_name"], each["total"]) for each in answer["by_team"]] == [("班组二", 1)]


def test_another_type_may_be_counted_by_an_alias(service: Service) -> None:
    answer = service.operator.get(STATUS, params={"type_code": "切割机"}).json()

    assert (answer["type_code"], answer["total"]) == ("cutting", 0)
    assert [each["state"] for each in answer["by_state"]] == ["切割", "待机", "报警", "关机"]


def test_an_unknown_type_is_not_found(service: Service) -> None:
    answer = service.operator.get(STATUS, params={"type_code": "milling"})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


def test_a_table_without_a_database_is_in_the_configured_one(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, statistics_db="factory_db") as service:
        column = Column(name="welding_devices", type=ColumnType.INT)
        fill_statistic(service, "factory_db.weld_status_realtime", [column], (MIDNIGHT, {"welding_devices": 3}))

        answer = ask(service, REALTIME).json()

    assert (answer["super_table"], answer["values"]) == ("factory_db.weld_status_realtime", {"welding_devices": 3})


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("naive", "timestamp '2026-01-01' as ts, 'all' as device_code"),
        ("no_ts", "timestamptz '2026-01-01' as day, 'all' as device_code"),
        ("no_device_code", "timestamptz '2026-01-01' as ts"),
    ],
)
def test_a_table_without_timestamps_is_reported(service: Service, name: str, row: str) -> None:
    service.execute(f"create table hlzg_db.{name} as select {row}")

    answer = ask(service, add(service, name, name))

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:statistic-table-missing")
