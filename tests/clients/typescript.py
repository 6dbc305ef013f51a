"""The example in TypeScript; `make test-clients` installs and builds it, and runs this."""

import shutil
from pathlib import Path

from tests.clients.example import follows_through_a_cut
from tests.support.service import Service

BUILT = Path(__file__).parents[2] / "clients" / "examples" / "typescript" / "dist" / "realtime.js"


async def test_it_follows_a_type_through_a_cut(service: Service) -> None:
    node = shutil.which("node")
    assert node, "there is no node on the PATH"

    await follows_through_a_cut((node, str(BUILT)), service)
