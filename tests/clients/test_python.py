"""The example of the client in Python."""

import sys
from pathlib import Path

from tests.clients.example import follows_through_a_cut
from tests.support.service import Service

EXAMPLE = Path(__file__).parents[2] / "clients" / "python" / "examples" / "realtime.py"


async def test_it_follows_a_type_through_a_cut(service: Service) -> None:
    await follows_through_a_cut((sys.executable, str(EXAMPLE)), service)
