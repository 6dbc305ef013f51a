"""The examples of the documentation start jobs that exist, with parameters that they accept."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from arcbeat.domain.jobs.jobs import merge_parameters
from jobs.command_line.options import parse_parameters
from jobs.functions.aws.events import EXAMPLE
from jobs.registry import REGISTRY

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("clients/*/*.md")])
COMMAND = re.compile(r"(?:python -m jobs(?: run |\.)|arcbeat-client run )(\w+)([^`\n#]*)")
OPTION = re.compile(r"--param ([^\s`]+)")
REQUEST = re.compile(r"curl [^`]*?/api/v1/jobs/(\w+)/runs(?:[^`]*? -d '(\{.*?\})')?(?=\s*\n(?!  )|\s*```)")
OBJECT = re.compile(r'"job(?:_name)?": "(\w+)"[^`]*?"parameters": (\{[^{}]*\})')


def _examples(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the job and the parameters of each command, request, event and run."""
    for name, options in COMMAND.findall(text):
        if name not in {"NAME", "JOB", "command_line", "functions"}:
            yield name, parse_parameters(None, None, OPTION.findall(options))  # type: ignore[arg-type] # it ignores both
    for name, body in REQUEST.findall(text):
        yield name, json.loads(body or "{}").get("parameters", {})
    for name, parameters in OBJECT.findall(text):
        yield name, json.loads(parameters)


@pytest.mark.parametrize("page", [*PAGES, None], ids=lambda page: str(page.relative_to(ROOT)) if page else "EXAMPLE")
def test_examples_name_jobs_and_parameters_that_exist(page: Path | None) -> None:
    for name, parameters in _examples(page.read_text(encoding="utf-8") if page else EXAMPLE):
        merge_parameters(REGISTRY[name].definition, parameters)


def test_the_examples_are_found() -> None:
    pages = ("docs/reference/jobs.md", "docs/how-to/archive-logs.md", "clients/python/README.md")
    found = [each for page in pages for each in _examples((ROOT / page).read_text(encoding="utf-8"))]

    assert ("check_latest", {"devices_per_type": 100}) in found
    assert ("maintain_logs", {"restore": "2025-01"}) in found
    assert ("check_latest", {"devices_per_type": 50}) in found
    assert len(found) >= 6
