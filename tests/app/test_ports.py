"""The ports are typed: an adapter that lacks a method fails in mypy."""

from importlib.util import find_spec
from pathlib import Path

from mypy import api as mypy

CONFIGURATION = Path(__file__).parents[2] / "pyproject.toml"
WIRING = """

from dataclasses import replace

from arcbeat.app.ports import Ports


def wired(ports: Ports) -> Ports:
    return replace(ports, passwords=Argon2Passwords())
"""


def test_an_adapter_that_lacks_a_method_of_its_port_fails_in_mypy(tmp_path: Path) -> None:
    spec = find_spec("adapters.identity.passwords")
    assert spec is not None
    assert spec.origin is not None
    adapter = Path(spec.origin).read_text() + WIRING
    whole, lacking = tmp_path / "whole.py", tmp_path / "lacking.py"
    whole.write_text(adapter)
    lacking.write_text(adapter.replace("async def verify(", "async def another_name("))

    output, errors, code = mypy.run(["--config-file", str(CONFIGURATION), str(whole), str(lacking)])

    found = [line for line in output.splitlines() if ": error: " in line]
    assert (len(found), errors, code) == (1, "", 1), output
    # The name only: mypy may have the same file, in the folder of an earlier test run, in its cache.
    assert Path(found[0].partition(":")[0]).name == lacking.name
    assert 'Argument "passwords" to "replace" of "Ports" has incompatible type "Argon2Passwords"' in found[0]
