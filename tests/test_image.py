"""Tests of the image: every build starts from the same base and the same packages."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==(\S+)", re.MULTILINE)


def test_the_base_image_has_its_full_version() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    [base] = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", dockerfile, re.MULTILINE)
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base)
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${PYTHON_IMAGE}"}


def test_the_tests_run_with_the_versions_that_are_served() -> None:
    served, tested = (
        dict(LOCKED.findall((ROOT / name).read_text(encoding="utf-8")))
        for name in ("requirements.lock", "requirements-dev.lock")
    )

    assert len(served) > 50
    assert served.items() <= tested.items()
