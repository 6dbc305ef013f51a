"""What the demo stores in its database."""

import asyncio

from arcbeat import app
from arcbeat.demo.folder import DemoUser
from arcbeat.demo.stores import seed
from arcbeat.domain.identity.identity import Role
from tests.support.service import Service


def test_a_seeded_database_serves_both_types_and_seeding_again_changes_only_the_passwords(database: str) -> None:
    app.migrate(database)
    asyncio.run(seed_database(database, "a first password"))
    asyncio.run(seed_database(database, "a second password"))

    with Service.running(database) as service:
        form = {"grant_type": "password", "username": "operator", "password": "a second password"}
        token = service.client().post("/api/v1/auth/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        get = service.client().get
        totals = [
            get(f"/api/v1/device/data/realtime?use_dynamic_fields=true&type_code={code}", headers=headers).json()[
                "total"
            ]
            for code in ("welding", "cutting")
        ]
        first = service.client().post("/api/v1/auth/token", data={**form, "password": "a first password"})

    assert totals == [240, 60]
    assert first.status_code == 401


def test_every_user_can_log_in_and_has_its_role(database: str) -> None:
    app.migrate(database)
    asyncio.run(seed_database(database, "a very long password"))

    with Service.running(database) as service:
        roles = {role.value: role_of(service, role.value) for role in Role}

    assert roles == {"viewer": "viewer", "operator": "operator", "admin": "admin"}


def role_of(service: Service, username: str) -> str:
    form = {"grant_type": "password", "username": username, "password": "a very long password"}
    token = service.client().post("/api/v1/auth/token", data=form).json()["access_token"]
    return str(service.client().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).json()["role"])


async def seed_database(url: str, password: str) -> None:
    users = [DemoUser(username=role.value, role=role, password=password) for role in Role]
    async with app.open_administration(url) as stores:
        await seed(stores, users)
