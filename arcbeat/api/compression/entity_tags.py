"""The ETag per coding: two compressed forms of one version are different representations (RFC 9110, 8.8.3.3).

Handlers know versions only. The coding is appended to the ETag of a response, and removed from the ETags of a request.
"""

import re

from arcbeat.api.compression.codings import CODINGS, Coding

_ANY_CODING = re.compile(rb'-(?:%b)(?=")' % "|".join(coding.name for coding in CODINGS).encode())


def coded_tag(tag: bytes, coding: Coding) -> bytes:
    """Return the ETag of a compressed form: ``"v1-br"`` for ``"v1"``."""
    return b'%b-%b"' % (tag[:-1], coding.name.encode()) if tag.endswith(b'"') else tag


def known_versions(if_none_match: bytes, coding: Coding | None) -> bytes:
    """Return an If-None-Match header whose ETags of this coding are versions; those of other codings match nothing."""
    return if_none_match if coding is None else if_none_match.replace(b'-%b"' % coding.name.encode(), b'"')


def expected_versions(if_match: bytes) -> bytes:
    """Return an If-Match header whose ETags are versions: a change is made to the resource, whatever form was read."""
    return _ANY_CODING.sub(b"", if_match)
