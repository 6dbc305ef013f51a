"""Tokenises statements as TDengine does: the oracle for tests of statements."""

from collections.abc import Iterator
from typing import TypeAlias

Token: TypeAlias = tuple[str, str]
"""A kind (text, name or other) and its content."""

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\x00"}


def tokenize(statement: str) -> list[Token]:
    """Return the tokens of a statement: unescaped strings, names in backquotes, and the text between them.

    Raises:
        ValueError: a string or name is not terminated, or a null character ends the statement early.
    """
    return list(_tokens(statement))


def _tokens(statement: str) -> Iterator[Token]:
    position, between = 0, ""
    while position < len(statement):
        if statement[position] in "'`":
            if between.strip():
                yield "other", " ".join(between.split())
            read = _text if statement[position] == "'" else _name
            token, position = read(statement, position + 1)
            yield token
            between = ""
        elif statement[position] == "\x00":
            raise ValueError("the statement ends early")
        else:
            between += statement[position]
            position += 1
    if between.strip():
        yield "other", " ".join(between.split())


def _text(statement: str, position: int) -> tuple[Token, int]:
    content = ""
    while position < len(statement):
        one, two = statement[position], statement[position : position + 2]
        if one == "\x00":
            break
        if two == "''":
            content, position = content + "'", position + 2
        elif one == "'":
            return ("text", content), position + 1
        elif one == "\\" and len(two) == 2:
            content, position = content + _ESCAPES.get(two[1], two[1]), position + 2
        else:
            content, position = content + one, position + 1
    raise ValueError("a string does not end")


def _name(statement: str, position: int) -> tuple[Token, int]:
    end = statement.index("`", position)
    name = statement[position:end]
    if not name or "\x00" in name or statement[end + 1 : end + 2] == "`":
        raise ValueError("not a name")
    return ("name", name), end + 1
