"""Reads the first visible sheet of an XLSX file from standard input and writes its rows to standard output, as NDJSON.

Runs as a child process with a memory limit, because the file is not trusted, and because parsing it would hold the
GIL of the service for seconds. It imports no other package of this project, so that it starts in some 50 ms.

It reads the XML itself (ECMA-376, transitional and strict): libraries that read spreadsheets return an empty cell for
an error value, for a formula without a result and for a merged cell, and a row with such a cell must be rejected.
"""
