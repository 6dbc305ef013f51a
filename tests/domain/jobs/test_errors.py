"""The categories of errors."""

from arcbeat.domain.errors import AlertNotSent, AlertRejected
from arcbeat.domain.jobs.errors import ErrorCategory, categorise


def test_a_target_that_rejects_for_good_is_not_tried_again_and_any_other_is() -> None:
    assert categorise(AlertRejected()) is ErrorCategory.DATA_ERROR
    assert categorise(AlertRejected()).is_permanent
    assert categorise(AlertNotSent()) is ErrorCategory.UNAVAILABLE
    assert not categorise(AlertNotSent()).is_permanent
