"""Existing tables of other programs in many forms: t_device_info and the dictionary, with variations."""

# ruff: noqa: S608 -- the statements are constants

from collections.abc import Mapping

DEVICE_COLUMNS: Mapping[str, str] = {
    "id": "bigserial primary key",
    "device_code": "varchar(50) unique not null",
    "device_name": "varchar(100) not null",
    "device_model": "varchar(50)",
    "device_type": "varchar(50)",
    "manufacturer": "varchar(100)",
    "production_date": "date",
    "install_date": "date",
    "install_location": "varchar(255)",
    "online_address": "varchar(255)",
    "team_name": "varchar(100)",
    "is_locked": "boolean default false",
    "description": "text",
    "created_at": "timestamp default now()",
    "updated_at": "timestamp default now()",
}
DEVICE_ROWS = """
insert into t_device_info (device_code, device_name, device_type) values
    ('W001', '焊机一', '焊机'), ('W002', '焊机二', '焊机')
"""
DICT_TYPES = "create table t_dict_type (id bigint primary key, dict_name varchar(100){more})"
DICT_DATA = """
create table t_dict_data (
    id bigint primary key, dict_type_id bigint, data_label varchar(100), data_value varchar(255){more})
"""
DICT_ROWS = """
insert into t_dict_type (id, dict_name) values (2, '焊机统计指标对照'), (3, '班组');
insert into t_dict_data (id, dict_type_id, data_label, data_value)
values
    (10, 2, '平均在线率（日）', 'weld_online_old'),
    (11, 2, '平均在线率（日）', 'weld_online_rate_daily'), (12, 3, 'A', 'x')
"""


def devices(*, tail: str = "", kind: str = "table", **columns: str) -> str:
    """Return the statement that creates t_device_info; ``columns`` replaces definitions and adds columns."""
    definitions = {**DEVICE_COLUMNS, **columns}
    listed = ", ".join(f"{name} {definition}" for name, definition in definitions.items() if definition)
    return f"create {kind} t_device_info ({listed}) {tail}"


def dictionary(*, types: str = "", data: str = "") -> str:
    """Return the statements that create a dictionary with rows; further columns begin with a comma."""
    return f"{DICT_TYPES.format(more=types)};{DICT_DATA.format(more=data)};{DICT_ROWS}"


RUOYI = dictionary(types=", status char(1) default '0'", data=", sort integer, status char(1) default '0'") + (
    "; update t_dict_data set status = '1', sort = 2 where id = 10"
    "; update t_dict_data set status = '0', sort = 1 where id = 11"
)

# Tables that work without a limit.
ADOPTED: Mapping[str, str] = {
    "the definition of the user": devices() + ";" + DEVICE_ROWS,
    "timestamps with a time zone": devices(
        created_at="timestamptz default now()", updated_at="timestamptz not null default now()"
    )
    + ";"
    + DEVICE_ROWS,
    "longer and unlimited texts": devices(
        device_code="text not null unique",
        device_name="varchar",
        device_type="text not null",
        description="varchar(5000)",
    )
    + ";"
    + DEVICE_ROWS,
    "an integer identity": devices(id="integer generated always as identity") + ";" + DEVICE_ROWS,
    "domains": "create domain code as varchar(60) check (length(value) > 0); create domain yes_no as boolean;"
    + devices(device_code="code not null unique", is_locked="yes_no not null default false")
    + ";"
    + DEVICE_ROWS,
    "further columns and an own trigger": devices(tenant="integer not null default 1", extra="jsonb")
    + ";"
    + DEVICE_ROWS
    + """; create function touch() returns trigger language plpgsql as 'begin new.updated_at = now(); return new; end';
    create trigger touch before update on t_device_info for each row execute function touch()""",
    "partitions": devices(id="bigserial", tail="partition by hash (device_code)")
    + """; create table p0 partition of t_device_info for values with (modulus 2, remainder 0);
    create table p1 partition of t_device_info for values with (modulus 2, remainder 1);"""
    + DEVICE_ROWS,
    "infinite dates and dates before Christ": devices(created_at="timestamptz default now()")
    + ";"
    + DEVICE_ROWS
    + """; update t_device_info set production_date = 'infinity', install_date = '-infinity', created_at = '-infinity',
    updated_at = 'infinity' where device_code = 'W001';
    update t_device_info set production_date = '0044-03-15 BC', install_date = '99999-01-01',
    created_at = '0044-03-15 BC', updated_at = '99999-01-01' where device_code = 'W002'""",
    "names that are null": devices(device_name="varchar(100)")
    + "; insert into t_device_info (device_code, device_type) values ('W001', '焊机')",
    "a dictionary in the style of RuoYi": RUOYI,
    "a dictionary with dict_sort": dictionary(data=", dict_sort smallint not null default 0, status varchar(1)"),
    "a dictionary with infinite timestamps and numeric thresholds": dictionary(
        types=", created_at timestamp default 'infinity', updated_at date default '0044-03-15 BC'",
        data=", created_at timestamptz default '-infinity', late_after_seconds numeric, stale_after_seconds real",
    )
    + "; update t_dict_data set late_after_seconds = 'NaN', stale_after_seconds = 'Infinity'",
    "a dictionary with padded texts": dictionary()
    .replace("varchar(100)", "char(100)")
    .replace("varchar(255)", "char(255)"),
}

# Tables that work, but reject some writes: the report says so, and the answer is 4xx.
LIMITED: Mapping[str, str] = {
    "a required column that arcbeat does not know": devices(dept_id="integer not null"),
    "a trigger that raises": devices()
    + ";"
    + DEVICE_ROWS
    + """; create function forbid() returns trigger language plpgsql as 'begin raise exception ''no''; end';
    create trigger forbid before insert or update or delete on t_device_info for each row execute function forbid()""",
    "a trigger that skips": devices()
    + ";"
    + DEVICE_ROWS
    + """; create function skip() returns trigger language plpgsql as 'begin return null; end';
    create trigger skip before insert or update or delete on t_device_info for each row execute function skip()""",
    "a trigger that fails": devices()
    + ";"
    + DEVICE_ROWS
    + """; create function fail() returns trigger language plpgsql as 'begin perform missing(); return new; end';
    create trigger fail before insert or update or delete on t_device_info for each row execute function fail()""",
    "a check that few values pass": devices(team_name="varchar(100) check (team_name like 'team %')")
    + ";"
    + DEVICE_ROWS,
    "a deferred foreign key": "create table maker (name varchar(100) primary key);"
    + devices(manufacturer="varchar(100) references maker deferrable initially deferred")
    + ";"
    + DEVICE_ROWS,
    "short texts in the dictionary": dictionary()
    .replace("varchar(255)", "varchar(30)")
    .replace("varchar(100)", "varchar(20)"),
    "whole thresholds in the dictionary": dictionary(data=", late_after_seconds integer, stale_after_seconds integer"),
    "triggers on the dictionary": dictionary()
    + """; create function skip() returns trigger language plpgsql as 'begin return null; end';
    create trigger skip before insert or update or delete on t_dict_type for each row execute function skip();
    create trigger skip before insert or update or delete on t_dict_data for each row execute function skip()""",
    "a required column of the dictionary": dictionary().replace(
        ", data_value", ", color text not null default '', data_value", 1
    )
    + "; alter table t_dict_data alter column color drop default",
}

# Tables that cannot be used, with what the report names. After the printed statements they can.
REFUSED: Mapping[str, tuple[str, str]] = {
    "smallint for is_locked": (
        devices(is_locked="smallint default 0") + ";" + DEVICE_ROWS,
        "is_locked has the type smallint",
    ),
    "a checked smallint": (devices(is_locked="smallint not null default 0 check (is_locked in (0, 1))"), "is_locked"),
    "char for is_locked": (
        devices(is_locked="char(1) default 'N'") + ";" + DEVICE_ROWS,
        "is_locked has the type character(1)",
    ),
    "bit for is_locked": (
        devices(is_locked="bit(1) default B'0'") + ";" + DEVICE_ROWS,
        "is_locked has the type bit(1)",
    ),
    "text for dates": (
        devices(production_date="varchar(30)")
        + ";"
        + DEVICE_ROWS
        + "; update t_device_info set production_date = '2023年8月' where device_code = 'W001'"
        + "; update t_device_info set production_date = '2024-02-29' where device_code = 'W002'",
        "production_date has the type character varying(30)",
    ),
    "text that holds dates": (
        devices(production_date="text")
        + ";"
        + DEVICE_ROWS
        + "; update t_device_info set production_date = '2024-02-29'",
        "production_date has the type text",
    ),
    "a timestamp for a date": (devices(install_date="timestamp"), "install_date has the type timestamp"),
    "text for timestamps": (
        devices(created_at="varchar(30)", updated_at="varchar(30)") + ";" + DEVICE_ROWS,
        "created_at has the type character varying(30)",
    ),
    "milliseconds for timestamps": (devices(created_at="bigint"), "created_at has the type bigint"),
    "short texts": (
        devices(device_name="varchar(30) not null", device_code="varchar(20) unique not null"),
        "device_name",
    ),
    "a padded code": (
        devices(device_code="char(50) unique not null") + ";" + DEVICE_ROWS,
        "device_code has the type character(50)",
    ),
    "no unique index": (devices(device_code="varchar(50) not null"), "device_code has no unique index"),
    "duplicates": (
        devices(device_code="varchar(50) not null") + ";" + DEVICE_ROWS + ";" + DEVICE_ROWS,
        "device_code has duplicates and no unique index",
    ),
    "a partial unique index": (
        devices(device_code="varchar(50) not null")
        + "; create unique index on t_device_info (device_code) where id > 5",
        "device_code has no unique index",
    ),
    "a deferrable unique constraint": (
        devices(device_code="varchar(50) not null unique deferrable"),
        "device_code has a deferrable unique constraint",
    ),
    "codes that are null": (
        devices(device_code="varchar(50) unique")
        + ";"
        + DEVICE_ROWS
        + "; insert into t_device_info (device_name) values ('x'), ('y')",
        "device_code contains nulls",
    ),
    "an enum": (
        "create type kind as enum ('焊机', '切割机');" + devices(device_type="kind default '焊机'") + ";" + DEVICE_ROWS,
        "device_type has the type kind",
    ),
    "an array": (devices(team_name="varchar(100)[]"), "team_name has the type character varying(100)[]"),
    "json": (devices(description="jsonb"), "description has the type jsonb"),
    "a uuid": (devices(id="uuid primary key default gen_random_uuid()") + ";" + DEVICE_ROWS, "id has the type uuid"),
    "a numeric id": (devices(id="numeric(20) primary key default 1"), "id has the type numeric(20,0)"),
    "an id without a default": (devices(id="bigint primary key"), "id has no default"),
    "a sequence that is behind the ids": (
        devices() + "; insert into t_device_info (id, device_code, device_name) values (1, 'A', 'a'), (7, 'B', 'b')",
        "id has a sequence that is behind the highest id",
    ),
    "columns that must not be null": (
        devices(manufacturer="varchar(100) not null default ''", team_name="varchar(100) not null default ''"),
        "manufacturer does not accept nulls",
    ),
    "a generated column": (
        devices(team_name="varchar(100) generated always as ('t' || device_name) stored"),
        "team_name is a generated column",
    ),
    "a required timestamp": (devices(created_at="timestamp not null"), "created_at requires a value"),
    "missing columns": (devices(team_name="", is_locked=""), "has no column team_name, is_locked"),
    "a view": (
        devices().replace("t_device_info", "machines") + "; create view t_device_info as select * from machines",
        "t_device_info is a view",
    ),
    "a materialized view": (
        devices().replace("t_device_info", "machines")
        + "; create materialized view t_device_info as select * from machines",
        "t_device_info is a materialized view",
    ),
    "rules": (
        devices() + "; create rule no_insert as on insert to t_device_info do instead nothing",
        "t_device_info has the rules no_insert",
    ),
    "inheriting tables": (
        devices() + "; create table child () inherits (t_device_info)",
        "has the inheriting tables child",
    ),
    "a table of users of another program": (
        "create table t_user (id bigint, name text)",
        "t_user exists in the schema public",
    ),
    "the table of versions of another program": (
        "create table t_arcbeat_schema_version (version integer)",
        "t_arcbeat_schema_version exists without the column version_num",
    ),
    "an integer status": (dictionary(data=", status integer default 1"), "t_dict_data.status has the type integer"),
    "a status of other values": (
        dictionary(data=", status varchar(10) default 'ok'"),
        "t_dict_data.status contains 'ok'",
    ),
    "an integer enabled": (dictionary(data=", enabled smallint default 1"), "enabled has the type smallint"),
    "text ids": (dictionary().replace("dict_type_id bigint", "dict_type_id varchar(20)"), "dict_type_id has the type"),
    "ids that are not unique": (
        dictionary().replace("id bigint primary key", "id bigint") + "; update t_dict_data set id = 10",
        "t_dict_data.id is not unique",
    ),
    "required descriptions": (
        dictionary(types=", description text not null default ''"),
        "description does not accept nulls",
    ),
}
