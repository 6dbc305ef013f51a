"""The handler of each operation: the contract names it by module and function."""

from collections.abc import Sequence
from types import ModuleType

import handlers.alarms.acknowledgements
import handlers.alarms.alarms
import handlers.board
import handlers.catalogue.device_fields
import handlers.catalogue.device_types
import handlers.catalogue.drift
import handlers.catalogue.super_tables
import handlers.devices.device_files
import handlers.devices.devices
import handlers.dictionary.dict_data
import handlers.dictionary.dict_types
import handlers.health
import handlers.identity.api_keys
import handlers.identity.auth
import handlers.identity.downloads
import handlers.identity.users
import handlers.jobs.alerts
import handlers.jobs.jobs
import handlers.jobs.logs
import handlers.jobs.runs
import handlers.readings.group_windows
import handlers.readings.history
import handlers.readings.readings
import handlers.readings.realtime
import handlers.readings.snapshot
import handlers.readings.value_history
import handlers.readings.windows
import handlers.states.spans
import handlers.states.states
from arcbeat.api.contract.bundle import Json, operations_of
from arcbeat.api.operations import Handler, handler_name

HANDLERS: Sequence[ModuleType] = (
    handlers.alarms.acknowledgements,
    handlers.alarms.alarms,
    handlers.board,
    handlers.catalogue.device_fields,
    handlers.catalogue.device_types,
    handlers.catalogue.drift,
    handlers.catalogue.super_tables,
    handlers.devices.device_files,
    handlers.devices.devices,
    handlers.dictionary.dict_data,
    handlers.dictionary.dict_types,
    handlers.health,
    handlers.identity.api_keys,
    handlers.identity.auth,
    handlers.identity.downloads,
    handlers.identity.users,
    handlers.jobs.alerts,
    handlers.jobs.jobs,
    handlers.jobs.logs,
    handlers.jobs.runs,
    handlers.readings.group_windows,
    handlers.readings.history,
    handlers.readings.readings,
    handlers.readings.realtime,
    handlers.readings.snapshot,
    handlers.readings.value_history,
    handlers.readings.windows,
    handlers.states.spans,
    handlers.states.states,
)


def handlers_of(contract: Json) -> dict[str, Handler]:
    """Return the handler of each operation, by the name that Connexion gives it.

    Raises:
        LookupError: the contract names a module or a function that does not exist.
    """
    modules = {module.__name__: module for module in HANDLERS}
    return {handler_name(operation): _handler(modules, operation) for operation in operations_of(contract)}


def _handler(modules: dict[str, ModuleType], operation: Json) -> Handler:
    module = modules.get(operation["x-openapi-router-controller"])
    handler: Handler | None = getattr(module, operation["operationId"], None)
    if handler is None:
        raise LookupError(
            f"There is no handler {handler_name(operation)}: x-openapi-router-controller must be one of "
            f"{', '.join(sorted(modules))}, and operationId a function of it."
        )
    return handler
