"""The Socket.IO server. It does without the client of Engine.IO, which would import aiohttp at each start."""

import sys

if "aiohttp" not in sys.modules:
    # A module that is None in sys.modules counts as not installed: aiohttp is imported only with readings in TDengine.
    sys.modules["aiohttp"] = None  # type: ignore[assignment] # as documented for the import statement
    try:
        import engineio  # noqa: F401 -- imported for its effect
    finally:
        del sys.modules["aiohttp"]
