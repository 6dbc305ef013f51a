"""Versions of resources: a change is rejected if the resource has changed since its author read it."""

import hashlib
from dataclasses import astuple
from typing import TYPE_CHECKING

from arcbeat.domain.errors import PreconditionFailed

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

VERSION_DIGITS = 32


def version_of(thing: "DataclassInstance") -> str:
    """Return a hexadecimal text that changes whenever an attribute of a dataclass changes.

    Attributes must be scalars, enums, dates, tuples or dataclasses, whose ``repr`` is the same in every process. A set
    is not allowed: its order differs between processes.
    """
    return hashlib.sha256(repr(astuple(thing)).encode()).hexdigest()[:VERSION_DIGITS]


def check_expected(expected: frozenset[str] | None, version: str) -> None:
    """Check that a change was made for the present version of a resource; ``expected`` None allows every version.

    Raises:
        PreconditionFailed: ``version`` is not among the expected ones.
    """
    if expected is not None and version not in expected:
        raise PreconditionFailed
