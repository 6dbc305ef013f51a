"""Maps TDengine's error codes to StoreErrors.

Source: include/util/taoserror.h of TDengine 3.3 and httperror of taosAdapter; the most frequent codes were seen on a
real server. A message contains only the code, because TDengine's own description quotes the statement with its values.
"""

from collections.abc import Mapping
from types import MappingProxyType

from arcbeat.domain.errors import (
    StoreBadValue,
    StoreError,
    StoreObjectMissing,
    StoreProtocolError,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
)


class OutOfRetention(StoreBadValue):
    """The row is older than the database keeps."""


class SubtableTaken(StoreBadValue):
    """A table with this name already exists and is not a subtable of this super table."""


_META_ERROR = 0x2662
"""«Fail to get table info, error: …»: only the text shows whether the table is missing or the server unavailable."""

_CODES: Mapping[type[StoreError], tuple[int, ...]] = {
    StoreUnauthorised: (
        *(0x0003, 0x0134, 0x0214, 0x0303, 0x0315),  # rejected, not in the white list, no privilege, disabled
        *(0x0351, 0x0352, 0x0353, 0x0354, 0x0357, 0x0358),  # user and password
        *(0x0512, 0x2644),  # no write privilege, permission denied
        *(0x1105, 0x110A, 0x110E, 0x1122, 0x1123, 0x1124, 0x1125),  # taosAdapter: no or bad credentials
    ),
    StoreObjectMissing: (
        *(0x2602, 0x2603),  # column, table
        *(0x0362, 0x036A, 0x036C, 0x0383, 0x0388),  # super table, tag, column, database
        *(0x0526, 0x0600, 0x0618, 0x061A, 0x2404),  # reported as missing by the vnode or the catalogue
    ),
    StoreBadValue: (
        *(0x0200, 0x0202, 0x0203, 0x020A, 0x0216, 0x021E, 0x021F, 0x0224),  # reported by the parser of inserts
        *(0x0127, 0x0370, 0x2605, 0x2617, 0x2635, 0x2653, 0x263D, 0x263E, 0x266A),  # wrong type, too long
        *(0x2615, 0x261B, 0x262F, 0x263B, 0x070A),  # intervals too small, too big, too many
        *(0x2800, 0x2801, 0x2802, 0x2803),  # a function that does not accept the type of the column
        0x0219,  # statement too long: half of it may be accepted
    ),
    OutOfRetention: (0x060B,),
    SubtableTaken: (0x0603, 0x061D),
    StoreTimeout: (
        *(0x0019, 0x012C, 0x0903, 0x03D7, 0x2504),  # a timeout inside the cluster
        *(0x020F, 0x022D, 0x0724, 0x0725),  # the query was killed
    ),
    StoreUnavailable: (
        *(0x000B, 0x0015, 0x0018, 0x0020, 0x0021, 0x0022, 0x0023, 0x0024),  # network
        *(0x0102, 0x0126, 0x0129, 0x012B, 0x012E, 0x0613),  # out of memory, queue or disk
        *(0x0111, 0x0121, 0x0125, 0x0130, 0x0131),  # in progress, try again, starting, stopping
        *(0x020B, 0x0213, 0x0215, 0x022E, 0x0300, 0x032C, 0x032D),  # connection lost, no node to run it, rejected
        *(0x0386, 0x0396, 0x03D3, 0x03D5, 0x03D6, 0x0408, 0x040B),  # being created or dropped, node offline
        *(0x0503, 0x0520, 0x0522, 0x0528, 0x0529, 0x0531, 0x0532),  # vnode moved, full, stopped, busy
        *(0x0707, 0x070B, 0x070D, 0x0730, 0x2402, 0x2405, 0x2406),  # query engine or catalogue not ready
        *(0x0800, 0x0802, 0x0803, 0x0806, 0x0808, 0x0809, 0x0816),  # licence expired or used up
        *(0x090C, 0x0911, 0x0914, 0x0916, 0x0917, 0x0918, 0x09FF),  # no leader, restoring, stalled
        *(0x1100, 0x1103, 0x1109),  # taosAdapter: server offline, no memory, sessions used up
    ),
    StoreProtocolError: (
        *(0x1106, 0x1107, 0x2600, 0x2601, 0x2616),  # an empty, invalid or incomplete statement: a bug of this adapter
    ),
}

ERRORS_BY_CODE: Mapping[int, type[StoreError]] = MappingProxyType(
    {code: error for error, codes in _CODES.items() for code in codes}
)


def to_error(code: int, description: str, http_status: int) -> StoreError:
    """Return the error for an unsuccessful response.

    Args:
        code: TDengine's error code; 0 if the response has none.
        description: TDengine's text; it is inspected but never repeated, as it quotes the statement.
        http_status: decides if the code is unknown.
    """
    kind = ERRORS_BY_CODE.get(code) or _by_status(http_status)
    if code == _META_ERROR:
        kind = StoreObjectMissing if "not exist" in description else StoreUnavailable
    source = f"TDengine code {code}, 0x{code:04X}" if code else f"HTTP status {http_status}"
    return kind(f"{kind.__doc__} ({source})")


def _by_status(http_status: int) -> type[StoreError]:
    if http_status in (401, 403):
        return StoreUnauthorised
    if http_status == 429 or http_status >= 500:
        return StoreUnavailable
    return StoreProtocolError
