"""The private names of libraries on which arcbeat relies, and the check of them at start."""

import re
import tomllib
from pathlib import Path

import pytest

from arcbeat.api import connexion_internals
from arcbeat.app import application
from arcbeat.private_names import MissingPrivateName, PrivateNames, check_private_names
from arcbeat.realtime.socketio import internals as socketio_internals
from arcbeat.runtime import uvicorn_internals
from arcbeat.settings import Settings
from tests.support.service import SECRET_KEY

ROOT = Path(__file__).parents[1]
MODULES = (connexion_internals, socketio_internals, uvicorn_internals)
PRIVATE_NAMES = [each for module in MODULES for each in module.PRIVATE_NAMES]


@pytest.mark.parametrize("names", PRIVATE_NAMES, ids=lambda names: names.owner)
def test_each_private_name_exists_in_the_installed_version(names: PrivateNames) -> None:
    check_private_names([names])


@pytest.mark.parametrize("owner", ["engineio.async_socket:AsyncSocket", "engineio.packet"])
def test_a_missing_name_is_reported_with_its_library_and_version(owner: str) -> None:
    with pytest.raises(MissingPrivateName, match=rf"^python-engineio [\d.]+ has no {owner}.no_such_name, on which"):
        check_private_names([PrivateNames("python-engineio", owner, ("no_such_name",))])


@pytest.mark.parametrize("owner", ["engineio.no_such_module", "engineio.async_socket:NoSuchClass"])
def test_a_missing_module_or_class_is_reported_too(owner: str) -> None:
    with pytest.raises(MissingPrivateName, match=f"has no {owner}, on which"):
        check_private_names([PrivateNames("python-engineio", owner, ())])


class _Base:
    annotated: int

    def __init__(self) -> None:
        self.assigned: int = 1


class _Derived(_Base):
    def method(self) -> int:
        return self.assigned


def test_attributes_of_instances_are_found_in_annotations_and_assignments_of_all_base_classes() -> None:
    check_private_names([PrivateNames("pytest", f"{__name__}:_Derived", ("annotated", "assigned", "method"))])


def test_the_application_does_not_start_where_a_private_name_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = (PrivateNames("uvicorn", "uvicorn", ("no_such_name",)),)
    monkeypatch.setattr(uvicorn_internals, "PRIVATE_NAMES", missing)
    settings = Settings.from_environment(
        {
            "DATABASE_URL": "postgresql://localhost/none",
            "SECRET_KEY": SECRET_KEY,
        }
    )

    with pytest.raises(MissingPrivateName, match=r"uvicorn\.no_such_name"):
        application.build(settings)


@pytest.mark.parametrize("library", sorted({each.library for each in PRIVATE_NAMES}))
def test_each_library_with_private_names_has_an_upper_bound(library: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    [requirement] = [each for each in project["dependencies"] if re.match(rf"{library}\b(?!-)", each)]

    assert re.search(r",<[\d.]+$", requirement)
