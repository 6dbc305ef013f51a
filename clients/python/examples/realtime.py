"""Follow a device type: print one JSON object per line for each update, and all rows at the end (Ctrl-C).

ARCBEAT_USERNAME=vera ARCBEAT_PASSWORD=… python realtime.py http://localhost:8000 welding
"""

import asyncio
import json
import os
import signal
import sys
from typing import Any

from arcbeat_client import ConnectionState, LiveTable, Login


def log(event: str, **fields: Any) -> None:
    print(json.dumps({"event": event, **fields}, ensure_ascii=False), flush=True)


def log_state(state: ConnectionState) -> None:
    log("connected" if state.connected else "disconnected", detail=state.detail)


async def main(url: str, type_code: str) -> None:
    login = Login(url, os.environ["ARCBEAT_USERNAME"], os.environ["ARCBEAT_PASSWORD"])
    async with LiveTable(url, type_code, token=login, on_state=log_state) as table:
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, lambda: asyncio.ensure_future(table.close()))
        async for update in table:
            log(
                update.kind, since=update.since, seq=update.seq, devices=len(table.rows), changed=sorted(update.changed)
            )
    log("end", seq=table.position[1], rows=dict(table.rows))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
