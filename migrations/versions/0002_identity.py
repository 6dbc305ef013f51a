"""Add disabling of users, login sessions, API keys and revocations."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

USER_ENABLED = """
alter table t_user add column enabled boolean not null default true
"""
# Tokens are not stored: a refresh token is signed, and valid while it contains the current rotation of its session.
SESSIONS = """
create table t_session (
    session_id bigint generated always as identity primary key,
    username varchar(64) not null references t_user on update cascade on delete cascade,
    scopes text[] not null,
    rotation integer not null default 0,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null)
"""
SESSIONS_BY_USER = """
create index idx_t_session_username on t_session (username, session_id)
"""
SESSIONS_BY_END = """
create index idx_t_session_expires_at on t_session (expires_at)
"""
API_KEYS = """
create table t_api_key (
    api_key_id varchar(16) primary key check (api_key_id ~ '^[0-9a-f]{16}$'),
    name varchar(64) not null,
    scopes text[] not null check (cardinality(scopes) > 0),
    key_hash bytea not null check (octet_length(key_hash) = 32),
    created_by varchar(255) not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz)
"""
API_KEY_NAMES = """
create unique index uq_t_api_key_name on t_api_key (name) where revoked_at is null
"""
REVOCATIONS = """
create table t_revocation (
    kind varchar(10) not null check (kind in ('session', 'user', 'key')),
    subject varchar(64) not null,
    through_session_id bigint not null default 0,
    expires_at timestamptz not null,
    primary key (kind, subject))
"""


def upgrade() -> None:
    """Add the tables for sessions, API keys and revocations."""
    for statement in (
        USER_ENABLED,
        SESSIONS,
        SESSIONS_BY_USER,
        SESSIONS_BY_END,
        API_KEYS,
        API_KEY_NAMES,
        REVOCATIONS,
    ):
        op.execute(statement)
