"""`make bench`: every benchmark, on PostgreSQL and, where TELEMETRY_TEST_URL is set, on a live TDengine."""

import asyncio

from bench import page

asyncio.run(page.main())
