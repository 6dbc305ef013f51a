"""What the demo puts into its database."""

import asyncio

from arcbeat import app
from arcbeat.demo.ingest import Login
from arcbeat.demo.stores import seed
from tests.support.service import Service


def test_a_seeded_database_serves_both_types_and_seeding_again_changes_the_password_alone(database: str) -> None:
    app.migrate(database)
    asyncio.run(seed_database(database, "first password"))
    asyncio.run(seed_database(database, "second password"))

    with Service.running(database) as service:
        form = {"grant_type": "password", "username": "operator", "password": "second password"}
        token = service.client().post("/api/v1/auth/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        get = service.client().get
        totals = [
            get(f"/api/v1/device/data/realtime?use_dynamic_fields=true&type_code={code}", headers=headers).json()[
                "total"
            ]
            for code in ("welding", "cutting")
        ]
        first = service.client().post("/api/v1/auth/token", data={**form, "password": "first password"})

    assert totals == [240, 60]
    assert first.status_code == 401


async def seed_database(url: str, password: str) -> None:
    async with app.open_administration(url) as stores:
        await seed(stores, Login("operator", password))
