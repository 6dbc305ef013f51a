"""Check at start that the private parts of libraries on which arcbeat relies exist.

A private part is what a library does not document: it may change in any release. The dependencies in pyproject.toml
therefore have upper bounds, and each module that uses private parts lists them in its ``PRIVATE_NAMES``:
``arcbeat/realtime/socketio/internals.py``, ``arcbeat/runtime/uvicorn_internals.py`` and
``arcbeat/api/connexion_internals.py``. A list that does not fit the installed version stops the application at start
instead of failing in a request.
"""

import dis
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pkgutil import resolve_name


class MissingPrivateName(RuntimeError):
    """The installed version of a library lacks a private name on which arcbeat relies."""


@dataclass(frozen=True, slots=True)
class PrivateNames:
    """Private names of one class or module.

    Attributes:
        library: the name of the distribution, as in pyproject.toml.
        owner: the module, or ``module:Class``.
        names: functions and constants of the module; methods and attributes of the class.
    """

    library: str
    owner: str
    names: tuple[str, ...]


def check_private_names(relied_on: Iterable[PrivateNames]) -> None:
    """Check that all names exist in the installed versions.

    Raises:
        MissingPrivateName: one does not.
    """
    for each in relied_on:
        try:
            owner = resolve_name(each.owner)
        except (ImportError, AttributeError) as error:
            raise _missing(each.library, each.owner) from error
        for name in each.names:
            if not _has(owner, name):
                raise _missing(each.library, f"{each.owner}.{name}")


def _missing(library: str, name: str) -> MissingPrivateName:
    return MissingPrivateName(
        f"{library} {version(library)} has no {name}, on which arcbeat relies. "
        "Install the version that arcbeat is tested with, for example: pip install -r requirements.lock"
    )


def _has(owner: object, name: str) -> bool:
    return hasattr(owner, name) or (isinstance(owner, type) and any(_declares(each, name) for each in owner.__mro__))


@cache
def _declares(owner: type, name: str) -> bool:
    """Return whether the class declares this attribute of its instances: annotated, or assigned in a method.

    The byte code is read because most of these classes cannot be instantiated without a connection.
    """
    if name in inspect.get_annotations(owner):
        return True
    # Only the few methods that use the name are disassembled, which is slow: this is part of each start.
    methods = (each for each in vars(owner).values() if inspect.isfunction(each) and name in each.__code__.co_names)
    return any(
        instruction.opname == "STORE_ATTR" and instruction.argval == name
        for method in methods
        for instruction in dis.get_instructions(method)
    )
