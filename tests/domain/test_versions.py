"""Tests of versions and of the check that rejects a lost update."""

from dataclasses import replace

import pytest

from arcbeat.domain.errors import PreconditionFailed
from arcbeat.domain.versions import check_expected, version_of
from tests.support.catalogue import CUTTING


def test_the_version_changes_with_every_attribute() -> None:
    changed = replace(CUTTING, fields=(replace(CUTTING.fields[0], unit="A"), *CUTTING.fields[1:]))

    assert version_of(CUTTING) == version_of(replace(CUTTING))
    assert version_of(changed) != version_of(CUTTING)


def test_a_change_of_another_version_is_rejected() -> None:
    version = version_of(CUTTING)

    check_expected(frozenset({"another", version}), version)
    check_expected(None, version)
    with pytest.raises(PreconditionFailed):
        check_expected(frozenset({"another"}), version)
