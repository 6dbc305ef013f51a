"""Which checks of schemathesis have exceptions, and why.

Some rules cannot be expressed in a schema, so the service may reject a request that matches its schema.
All other checks apply to all operations, without exceptions.
"""

from typing import Any

ANY_SUCCESS = "2xx"
DENIED = "403"
"""The response to an operator who calls an operation of administrators; the test checks who gets it."""
NOT_MODIFIED = "304"
"""The response to an If-None-Match that is current, for example ``*``; only operations that declare it may give it."""


def rejected_by_rule(*operations: str, statuses: tuple[str, ...]) -> dict[str, Any]:
    """Return the configuration that lets operations reject valid requests with these statuses."""
    check = {"expected-statuses": [ANY_SUCCESS, NOT_MODIFIED, DENIED, *statuses]}
    return {"include-operation-id": [*operations], "checks": {"positive_data_acceptance": check}}


RULES = [
    # A new password must be hard to guess; it needs the present one, which may be tried a bounded number of times.
    rejected_by_rule("create_user", "update_user", statuses=("400", "404", "409")),
    rejected_by_rule("change_password", statuses=("400", "409", "429")),
    # A key of a wall screen must expire, and may only read.
    rejected_by_rule("create_api_key", statuses=("400", "409")),
    # Credentials must be right, and may be wrong a bounded number of times per account and address.
    rejected_by_rule("issue_token", "refresh_token", statuses=("400", "401", "429")),
    # Limits, states and names of a type must fit each other, and If-Match must be a list of entity tags.
    rejected_by_rule(
        "create_type", "update_type", "replace_fields", "import_fields", statuses=("400", "404", "409", "412")
    ),
    # A download link leads to no other one, and an account has a bounded number of links.
    rejected_by_rule("create_download_link", statuses=("400", "429")),
    # A download is known to its caller only.
    rejected_by_rule("get_download", "cancel_download", statuses=("404",)),
    # A time range must begin before it ends. Cursors, time zones, and the fields of rows, orders and filters must
    # exist, and so must the super table and the state field of a type, which other requests may have changed.
    rejected_by_rule(
        "list_latest",
        "list_latest_by_earlier_name",
        "get_snapshot",
        "list_history",
        "list_history_by_value",
        "export_history",
        "list_windows",
        "list_group_windows",
        "export_windows",
        "list_states",
        "list_state_spans",
        "export_state_spans",
        "list_alarms",
        "acknowledge_alarm",
        "withdraw_acknowledgement",
        statuses=("400", "404", "409"),
    ),
    # Device types must exist.
    rejected_by_rule(
        "create_device", "update_device", "delete_device", "import_devices", statuses=("400", "404", "409", "412")
    ),
    # Thresholds must fit each other, and labels consist of visible characters.
    rejected_by_rule(
        "create_dict_type",
        "update_dict_type",
        "delete_dict_type",
        "create_dict_data",
        "update_dict_data",
        "delete_dict_data",
        statuses=("400", "404", "409", "412"),
    ),
    # Schedules, time zones and parameters must be valid, text searches small, and cursors real.
    rejected_by_rule(
        "update_job",
        "start_run",
        "list_runs",
        "list_job_alerts",
        "list_job_logs",
        "get_job_log",
        "get_job_log_tree",
        "get_job_log_timeline",
        statuses=("400", "404", "409", "412"),
    ),
    # Time zones must exist.
    rejected_by_rule("get_board_statistics", statuses=("400", "404", "409")),
    # The type in the query and in the body must be the same.
    rejected_by_rule("append_readings", statuses=("400", "404")),
]
