"""Maps TDengine's error codes to StoreErrors.

Source: the names of codes in include/util/taoserror.h of TDengine 3.0 to 3.3 and in httperror of taosAdapter. Names
about the network, resources that are used up, objects and nodes that are starting, stopping or moving, replication, and
the licence mean that the server cannot execute the statement now (StoreUnavailable). Names about timeouts and killed
queries mean StoreTimeout. The test of this module compares these lists with the names.

A message contains only the code, because TDengine's own description quotes the statement with its values.
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


class DuplicateTimestamps(StoreBadValue):
    """A function does not accept two rows with one timestamp."""


_META_ERROR = 0x2662
"""«Fail to get table info, error: …»: only the text shows whether the table is missing or the server unavailable."""

_CODES: Mapping[type[StoreError], tuple[int, ...]] = {
    StoreUnauthorised: (
        *(0x0003, 0x0134, 0x0214, 0x0303, 0x0315),  # rejected, not in the white list, no privilege, disabled
        *(0x0343, 0x0351, 0x0352, 0x0353, 0x0354, 0x0357, 0x0358),  # account, user and password
        *(0x0512, 0x2644),  # no write privilege, permission denied
        *(0x1105, 0x110A, 0x110E, 0x1122, 0x1123, 0x1124, 0x1125),  # taosAdapter: no or bad credentials
        0xFFFD,  # taosAdapter: forbidden statement
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
        *(0x267B, 0x267C),  # no value for the second column of a composite primary key
        0x0219,  # statement too long: half of it may be accepted
    ),
    OutOfRetention: (0x060B,),
    SubtableTaken: (0x0603, 0x061D),
    DuplicateTimestamps: (0x2805,),
    StoreTimeout: (
        *(0x0019, 0x012C, 0x020F, 0x022D, 0x03D7, 0x03F4, 0x0724, 0x0725, 0x0726, 0x073B),
        *(0x0903, 0x2504),
    ),
    StoreUnavailable: (
        *(0x000B, 0x0013, 0x0014, 0x0015, 0x0018, 0x0020, 0x0021, 0x0022, 0x0023, 0x0024),  # network between nodes
        *(0x0025, 0x0026, 0x0027, 0x0028),
        *(0x0102, 0x0105, 0x0106, 0x0111, 0x0113, 0x0121, 0x0125, 0x0126, 0x0129, 0x012B),  # memory, disk, start, stop
        *(0x012E, 0x0130, 0x0131, 0x0135, 0x0136, 0x0137, 0x0139),
        *(0x020B, 0x020C, 0x020D, 0x0212, 0x0213, 0x0215, 0x022E),  # client of taosAdapter
        *(0x0300, 0x0305, 0x030E, 0x032C, 0x032D, 0x0386, 0x0396, 0x03B1, 0x03B6, 0x03B8),  # management nodes
        *(0x03B9, 0x03D3, 0x03D5, 0x03D6, 0x03D9, 0x03EA, 0x03EF),
        *(0x0408, 0x040A, 0x040B, 0x040E, 0x0411, 0x0412, 0x042A),  # data nodes
        *(0x0500, 0x0501, 0x0502, 0x0503, 0x0505, 0x0508, 0x050C, 0x050D, 0x0510, 0x0511),  # vnodes
        *(0x0513, 0x0520, 0x0522, 0x0528, 0x0529, 0x0531, 0x0532, 0x0536, 0x0537, 0x0538),
        *(0x0606, 0x0609, 0x0611, 0x0613),  # storage engine
        *(0x0702, 0x0703, 0x0707, 0x0709, 0x070B, 0x070D, 0x0727, 0x0730, 0x0739, 0x073A),  # query engine
        *(0x0800, 0x0801, 0x0802, 0x0803, 0x0804, 0x0805, 0x0806, 0x0807, 0x0808, 0x0809),  # licence used up or expired
        *(0x080A, 0x080B, 0x080C, 0x080D, 0x0816, 0x0823, 0x0824, 0x0825, 0x0826, 0x0827),
        *(0x0828, 0x0829, 0x082A, 0x082B, 0x082C, 0x082D, 0x082E),
        *(0x090C, 0x0910, 0x0911, 0x0912, 0x0914, 0x0916, 0x0917, 0x0918, 0x0919, 0x091A),  # replication
        *(0x091B, 0x091C, 0x091F, 0x09FF),
        0x1004,  # write-ahead log
        *(0x1100, 0x1103, 0x1109),  # taosAdapter
        *(0x2204, 0x2208),  # disks
        *(0x2402, 0x2405, 0x2406, 0x2407),  # catalogue
        *(0x2505, 0x2507),  # scheduler
        0xFFFE,  # taosAdapter
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
