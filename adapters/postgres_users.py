"""Those who may log in: t_user in PostgreSQL."""

from adapters.postgres import Database
from arcbeat.domain.identity import Role, User

FIND_USER = "select username, role, password_hash from t_user where username = %s"
PUT_USER = """
insert into t_user (username, role, password_hash) values (%s, %s, %s)
on conflict (username) do update set role = excluded.role, password_hash = excluded.password_hash"""


class PostgresUsers:
    """The UserDirectory in t_user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, username: str) -> User | None:
        row = await self._database.fetch_one(FIND_USER, (username,))
        return User(row["username"], Role(row["role"]), row["password_hash"]) if row else None

    async def put(self, user: User) -> None:
        """Add a user, or give one that is there another role and password."""
        await self._database.execute(PUT_USER, (user.username, user.role.value, user.password_hash))
