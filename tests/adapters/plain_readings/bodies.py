"""Bodies with readings, as all kinds of programs send them: valid, odd and broken, each with the columns it is for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.schema.columns import DEVICE_CODE, INTEGER_RANGES, TIMESTAMP, Column, ColumnType

NUMBERS = (
    "0", "-0", "0.0", "-0.0", "1", "-1", "150.5", "5.0", "50e-1", "1e2", "1E+2", "1e-7", "1E-7", "0.1e1", "1e-0",
    "1.0000000000000000001", "123456789.123456789", "9007199254740991", "9007199254740992", "9007199254740993",
    "-9007199254740993", "9007199254740992.0", "9007199254740993.0", "2147483647", "2147483648", "-2147483648",
    "-2147483649", "4294967295", "4294967296", "65535", "65536", "255", "256", "127", "128", "-128", "-129",
    "32767", "32768", "-32768", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e15", "1e16", "3.4028235e38",
    "3.5e38", "1.7976931348623157e308", "1.8e308", "1e400", "-1e400", "1e-400", "2.2250738585072014e-308",
    "2.2250738585072011e-308", "5e-324", "-5E-324", "1e-310", "1e-0310", "1E-00310", "1" + "0" * 20 + "e-330",
    f"0.{'0' * 320}1", f"0.{'0' * 310}4e5", "1e-39", "0e-999", "1e99999999999999999999", "00", "01", "1.", ".5",
    "+1", "-", "1e", "0x1", "NaN", "Infinity", "1_0", "1" * 400, "2.5", "7.25", "-3", "10", "11", "99.99",
)  # fmt: skip
WORDS = (
    "true", "false", "null", "True", "nul", "", "[]", "{}", "[1]", '{"a":1}', "[[]]", "undefined",
)  # fmt: skip
RAW_TEXTS = (
    '""', '"a"', '"焊接"', '"焊接中的设备"', '"班组一"', '"it\'s"', r'"a\\b"', r'"\"q\""', r'"\/"', r'"\b\f\n\r\t"',
    r'"\u710a\u63a5"', r'"\u0000"', r'"a\u0000b"', r'"\\u0000"', r'"\ud83d\ude00"', r'"\ud83d"', r'"\ude00\ud83d"',
    r'"\uD800x"', r'"\uZZZZ"', r'"\x41"', '"😀"', '"é"', '"\x7f"', '"\x01"', '"a\tb"', '"\u2028"', '"abcd"',
    '"abcde"', '"12"', '"-7"', '"9223372036854775808"', '"1e5"', '"e-400"', '"site-1E-400"', '"0x41"', '"41"',
    '"4142"', '"zz"', '"true"', '"2026-03-02T08:00:00+08:00"', '"2026-03-02T08:00:00"', '"[{,"',
    '"' + "0" * 120 + '"', '"abc', 'abc"', '"\ufeff"',
)  # fmt: skip
TIMESTAMPS = (
    '"2026-03-02T08:00:00+08:00"', '"2026-03-02T08:00:00Z"', '"2026-03-02T08:00:00.5Z"',
    '"2026-03-02T08:00:00.123456Z"', '"2026-03-02T08:00:00.123456789Z"', '"2026-03-02T08:00:00.9999999999Z"',
    '"2026-03-02t08:00:00z"', '"2026-03-02T08:00:00z"', '"2026-03-02 08:00:00+08:00"', '"2026-03-02T08:00:00+0800"',
    '"2026-03-02T08:00:00+08"', '"2026-03-02T08:00:00"', '"2026-03-02"', '"20260302T080000Z"',
    '"2026-W10-1T08:00:00Z"', '"2026-03-02T08:00Z"', '"2026-03-02T08:00:60Z"', '"2016-12-31T23:59:60Z"',
    '"2026-02-30T08:00:00Z"', '"2026-03-02T24:00:00Z"', '"2026-03-02T08:00:00+24:00"',
    '"2026-03-02T08:00:00+23:59"', '"2026-03-02T08:00:00+08:60"', '"2026-03-02T08:00:00-00:00"',
    '"2026-03-02T08:00:00,5Z"', '"2026-03-02T08:00:00.Z"', '"1999-12-31T23:59:59Z"', '"2000-01-01T07:59:59+08:00"',
    '"2000-01-01T00:00:00Z"', '"0001-01-01T00:00:00+23:00"', '"9999-12-31T23:59:59-23:00"',
    '"9999-12-31T23:59:59.999999Z"', '"2026-03-02T08:00:00Z "', '"\\u0032026-03-02T08:00:00Z"',
    '"２026-03-02T08:00:00Z"', '""', '"now"', "1772409600000", "1772409600001", "946684800000", "946684799999",
    "1772409600", "-1", "0", "1772409600000.0", "1772409600000.5", "1.7724096e12", "253402300799999",
    "253402300800000", "99999999999999999", "9223372036854775808", "18446744073709551616", "true", "null", "[]",
)  # fmt: skip
CODES = (
    '"M1"', '"M2"', '"14412T0006"', '"炉😀"', r'"\u7089"', '"it\'s"', r'"a\\b"', r'"\u0000"', '""',
    '"' + "x" * 50 + '"', '"' + "x" * 51 + '"', '"' + "焊" * 12 + '"', '"' + "焊" * 13 + '"', "1", "null",
    r'"\ud800"', r'"M\u0031"',
)  # fmt: skip

TYPE_CODES = (
    '"welding"', '"welding"', r'"\u710a"', '"a"', '""', "1", '"' + "x" * 51 + '"', r'"\u0000"',
)  # fmt: skip
BETWEEN_LINES = ("\n", "],\n[", "]\n[", ",\n", "],[", "],[\n", "\n[", "]\n", ",", "\r\n", '"\n"', "},{", "}{")


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON body, with the columns and fields of the type that it is sent for."""

    text: bytes
    columns: Sequence[Column]
    fields: Sequence[Field]

    @property
    def lines(self) -> list[bytes]:
        """The body as lines that are not blank."""
        return [line for line in self.text.split(b"\n") if line.strip(b" \t\r")]


@st.composite
def columns(draw: st.DrawFn) -> list[Column]:
    """Return the columns of a super table, tags last."""
    types = draw(st.lists(st.sampled_from(list(ColumnType)), min_size=1, max_size=7))
    values = [
        Column(
            name=draw(st.sampled_from((*(f"c{number}", f"电流{number}", f"a b{number}") * 10, f'q"{number}'))),
            type=each,
            length=draw(st.sampled_from((None, 0, 1, 3, 4, 8, 64))) if each in _WITH_LENGTH else None,
            is_key=draw(st.sampled_from((False,) * 60 + (True,))),
        )
        for number, each in enumerate(types)
    ]
    code = Column(
        name=DEVICE_CODE,
        type=draw(st.sampled_from((ColumnType.NCHAR, ColumnType.VARCHAR))),
        length=draw(st.sampled_from((50, 64, 200))),
        is_tag=True,
    )
    tags = draw(
        st.sampled_from(([code], [code, Column(name="name", type=ColumnType.NCHAR, length=50, is_tag=True)], []))
    )
    return [Column(name=TIMESTAMP, type=ColumnType.TIMESTAMP), *values, *tags]


_WITH_LENGTH = {ColumnType.VARCHAR, ColumnType.NCHAR, ColumnType.VARBINARY}
_BOUND_VALUES = (0.0, -0.0, 0.5, 2.5, 10.0, -7.0, 99.99, 200.0, 9007199254740993.0, 1e300, -1e300)
_LOWER = st.none() | st.sampled_from((-1e9, -500.0, -20.0, 0.0)) | st.sampled_from(_BOUND_VALUES)
_UPPER = st.none() | st.sampled_from((1e9, 500.0, 120.0)) | st.sampled_from(_BOUND_VALUES)


@st.composite
def fields(draw: st.DrawFn, of: Sequence[Column]) -> list[Field]:
    """Return fields for some columns, some with rules, of which some do not fit the type of the column."""
    found = []
    for column in of:
        kind = draw(
            st.sampled_from(("none", "none", "none", "plain", "numbers", "numbers", "text", "text") * 5 + ("odd",))
        )
        is_text = column.type in _WITH_LENGTH
        numbers = kind == "odd" or (kind == "numbers" and not is_text)
        texts = kind == "odd" or (kind == "text" and is_text)
        if kind != "none":
            found.append(
                Field(
                    name=column.name,
                    label=Label("字段", "Field"),
                    type=column.type,
                    minimum=draw(_LOWER) if numbers else None,
                    maximum=draw(_UPPER) if numbers else None,
                    max_length=draw(st.none() | st.integers(0, 5)) if texts else None,
                )
            )
    return found


def _fitting(column: Column) -> st.SearchStrategy[str]:
    """Return texts of values that a column usually stores."""
    if column.type in INTEGER_RANGES:
        lowest, highest = INTEGER_RANGES[column.type]
        return st.integers(max(lowest, -20), 120).map(str) | st.integers(lowest, highest).map(str)
    if column.type in (ColumnType.FLOAT, ColumnType.DOUBLE):
        decimals = st.decimals(-500, 500, places=2, allow_nan=False).map(str)
        return decimals | st.floats(-1e9, 1e9).map(repr) | st.floats(allow_nan=False, allow_infinity=False).map(repr)
    if column.type is ColumnType.BOOL:
        return st.sampled_from(("true", "false"))
    if column.type in (ColumnType.VARCHAR, ColumnType.NCHAR):
        texts = st.text(st.characters(codec="utf-8"), max_size=column.length if column.length is not None else 70)
        return st.builds(lambda text, is_ascii: json.dumps(text, ensure_ascii=is_ascii), texts, st.booleans())
    return st.just("null")


_ODD_VALUES = st.sampled_from((*NUMBERS, *RAW_TEXTS, *WORDS))
_SPACES = st.sampled_from(("",) * 400 + (" ", "\n", "\t", "\r\n") * 25 + ("\x0c", "\ufeff", "\xa0"))


@st.composite
def _objects(draw: st.DrawFn, members: Sequence[tuple[str, str]]) -> str:
    """Return an object with these names and values, both as JSON text."""
    space = draw(_SPACES)
    joined = f"{space},".join(f"{name}{space}:{space}{value}" for name, value in members)
    trailing = draw(st.sampled_from(("",) * 300 + (",", "}")))
    return f"{space}{{{joined}{trailing}}}"


@st.composite
def _names(draw: st.DrawFn, name: str) -> str:
    """Return a name as JSON text, sometimes with escapes or misspelt."""
    if draw(st.integers(0, 99)):
        return json.dumps(name, ensure_ascii=False)
    return draw(
        st.sampled_from(
            (
                json.dumps(name),
                json.dumps(name.upper()),
                json.dumps(name + " "),
                f"'{name}'",
                "".join(('"', *(f"\\u{ord(each):04x}" for each in name), '"')),
            )
        )
    )


@st.composite
def readings(draw: st.DrawFn, of: Sequence[Column], shape: Sequence[str] | None, odd: int) -> str:
    """Return the JSON text of a reading.

    Args:
        shape: the columns that it names; None for any.
        odd: one value of so many is odd.
    """
    writable = {column.name: column for column in of if not column.is_tag and column.name != TIMESTAMP}
    names = list(shape) if shape is not None else draw(st.lists(st.sampled_from(sorted(writable)), max_size=9))
    if not draw(st.integers(0, odd)):
        names.append(draw(st.sampled_from(("unknown", "ts", "name", DEVICE_CODE, ""))))
    members = []
    for name in names:
        fitting = st.just("null") | _fitting(writable[name]) if name in writable else st.just("1")
        members.append((draw(_names(name)), draw(fitting if draw(st.integers(0, odd)) else _ODD_VALUES)))
    values = draw(_objects(members)) if draw(st.integers(0, odd * 2)) else draw(_ODD_VALUES)
    usual = [("device_code", draw(_one_of(CODES, odd))), ("ts", draw(_one_of(TIMESTAMPS, odd))), ("values", values)]
    if not draw(st.integers(0, odd)):
        usual = draw(st.permutations([*usual, draw(st.sampled_from((("more", "1"), *usual)))]))
        usual = usual[draw(st.sampled_from((0, 0, 1))) :]
    return draw(_objects([(draw(_names(name)), value) for name, value in usual]))


def _one_of(texts: Sequence[str], odd: int) -> st.SearchStrategy[str]:
    """Return the first texts, which are valid, and one time of so many any of them."""
    return st.integers(0, odd).flatmap(lambda number: st.sampled_from(texts[:4] if number else texts))


@st.composite
def reading_texts(draw: st.DrawFn, of: Sequence[Column]) -> list[str]:
    """Return the JSON texts of some readings, which often name the same columns."""
    writable = sorted({column.name for column in of if not column.is_tag and column.name != TIMESTAMP})
    shape = draw(st.none() | st.lists(st.sampled_from(writable), min_size=1, unique=True))
    odd = draw(st.sampled_from((6, 40, 1000, 1000)))
    return draw(st.lists(readings(of, shape, odd), min_size=0 if odd < 20 else 1, max_size=5))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@st.composite
def _broken(draw: st.DrawFn, text: bytes) -> bytes:
    """Return the text, sometimes with a change of one byte, or cut off."""
    change = draw(st.sampled_from(("none",) * 60 + ("byte", "cut", "more", "bom", "insert")))
    at = draw(st.integers(0, len(text)))
    byte = draw(
        st.sampled_from((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x00", b'"', b",", b"}", b"]", b"\\", b"0", b"-", b"\n"))
    )
    return {
        "none": text,
        "byte": text[:at] + byte + text[at + 1 :],
        "cut": text[:at],
        "more": text + byte,
        "bom": b"\xef\xbb\xbf" + text,
        "insert": text[:at] + byte + text[at:],
    }[change]


@st.composite
def json_texts(draw: st.DrawFn, of: Sequence[Column]) -> bytes:
    """Return a JSON body for these columns."""
    array = f"[{draw(_SPACES)}{','.join(draw(reading_texts(of)))}{draw(_SPACES)}]"
    array = draw(st.sampled_from((array,) * 80 + ("{}", "null", "[]", f"[{array}]", "1")))
    members = draw(st.permutations([('"type_code"', draw(_one_of(TYPE_CODES, 20))), ('"readings"', array)]))
    if not draw(st.integers(0, 80)):
        members.append(draw(st.sampled_from((('"more"', "1"), *members))))
    return draw(_broken(_encoded(draw(_objects(members)))))


@st.composite
def line_texts(draw: st.DrawFn, of: Sequence[Column]) -> bytes:
    """Return lines for these columns, some of which are readings only together."""
    text = "\n".join(draw(reading_texts(of)))
    if text and not draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(BETWEEN_LINES)) + text[at:]
    return draw(_broken(_encoded(text)))


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    """Return a JSON body for some device type."""
    of = draw(columns())
    return Body(draw(json_texts(of)), of, draw(fields(of)))


@st.composite
def streams(draw: st.DrawFn) -> Body:
    """Return lines for some device type."""
    of = draw(columns())
    return Body(draw(line_texts(of)), of, draw(fields(of)))
