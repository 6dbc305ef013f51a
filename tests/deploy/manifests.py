"""Reads the manifests of deploy/kubernetes as Kubernetes does."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "deploy/kubernetes"
REFERENCE = re.compile(r"\$\(([A-Z_]+)\)")


@dataclass(frozen=True)
class Container:
    """A container of a manifest, and the pod that it belongs to."""

    name: str
    spec: Mapping[str, Any]
    pod: Mapping[str, Any]

    @property
    def command(self) -> Sequence[str]:
        """The command and its arguments; without a command, the entry point of the image."""
        return [*self.spec.get("command", ["python", "-m", "arcbeat"]), *self.spec.get("args", [])]

    @property
    def environment(self) -> Mapping[str, Any]:
        """The definitions of the variables by name."""
        return {each["name"]: each for each in self.spec["env"]}

    def started(self, values: Mapping[str, str]) -> Sequence[str]:
        """Return the command with the references to variables replaced by their values, as Kubernetes starts it."""
        return [REFERENCE.sub(lambda match: values[match[1]], each) for each in self.command]


def objects() -> Iterator[Mapping[str, Any]]:
    """Yield the objects of all manifests."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def containers() -> Iterator[Container]:
    """Yield the containers of all manifests."""
    for each in objects():
        spec = each["spec"].get("jobTemplate", each)["spec"]
        if "template" in spec:
            pod = spec["template"]["spec"]
            for container in pod["containers"]:
                yield Container(f"{each['metadata']['name']}/{container['name']}", container, pod)


def container(name: str) -> Container:
    """Return one container, by the name of its object."""
    return next(each for each in containers() if each.name.startswith(f"{name}/"))
