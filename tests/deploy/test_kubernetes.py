"""The manifests for Kubernetes start commands that exist, with settings that exist, and with few privileges."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from arcbeat_client.command_line.main import _parser as client_parser

from arcbeat.settings import JobSettings, Settings
from jobs.command_line.main import cli as jobs_cli
from jobs.registry import REGISTRY
from tests.deploy import manifests, scripts
from tests.deploy.manifests import REFERENCE, Container
from tests.support.service import Service

CONTAINERS = list(manifests.containers())
PAGE = scripts.ROOT / "docs/how-to/start-jobs-from-kubernetes.md"
CLIENT_SETTINGS = {"ARCBEAT_URL", "ARCBEAT_API_KEY", "ARCBEAT_API_KEY_FILE"}
SETTINGS = {name.upper() for model in (Settings, JobSettings) for name in model.model_fields} | CLIENT_SETTINGS
VALUES = {"NAMESPACE": "factory", "JOB_NAME": "arcbeat-check-latest-29930595"}

of_each = pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: container.name)


def test_there_is_a_manifest_per_way_to_run_jobs() -> None:
    assert {container.name for container in CONTAINERS} == {
        "arcbeat/serve",
        "arcbeat-migrate/migrate",
        "arcbeat-worker/worker",
        "arcbeat-scheduler/scheduler",
        "arcbeat-check-latest/job",
        "arcbeat-check-latest-http/job",
    }


@of_each
def test_its_command_exists(container: Container) -> None:
    match container.started(VALUES):
        case ["python", "-m", "arcbeat", "serve" | "migrate"]:
            pass
        case ["python", "-m", "jobs", name, *arguments]:
            context = jobs_cli.commands[name].make_context(name, list(arguments), obj=REGISTRY)
            assert context.params.get("name", "check_latest") in REGISTRY
        case ["python", "-m", "arcbeat_client", *arguments]:
            assert client_parser().parse_args(arguments).job in REGISTRY
        case other:
            raise AssertionError(f"unknown command {other}")


@of_each
def test_its_variables_are_settings_or_used_in_its_command(container: Container) -> None:
    used = {name for argument in container.command for name in REFERENCE.findall(argument)}

    assert used <= container.environment.keys()
    assert {name for name in container.environment if name not in SETTINGS} == used


@of_each
def test_its_secrets_are_read_from_secrets_that_the_page_creates(container: Container) -> None:
    page = PAGE.read_text(encoding="utf-8")
    references = [
        each["valueFrom"]["secretKeyRef"]
        for each in container.environment.values()
        if "secretKeyRef" in each.get("valueFrom", {})
    ]
    mounted = {volume["secret"]["secretName"] for volume in container.pod.get("volumes", []) if "secret" in volume}

    for secret in {reference["name"] for reference in references} | mounted:
        assert f"kubectl create secret generic {secret} " in page
    for reference in references:
        assert f"--from-literal={reference['key']}=" in page or f"--from-file={reference['key']}=" in page
    assert not {"SECRET_KEY", "DATABASE_URL", "TELEMETRY_URL", "ARCBEAT_API_KEY"} & {
        name for name, each in container.environment.items() if "value" in each
    }


@of_each
def test_it_has_few_privileges_and_limited_memory(container: Container) -> None:
    pod, own = container.pod, container.spec["securityContext"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001  # as in the Dockerfile
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
    assert own == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container.spec["resources"]["limits"].keys() == {"memory"}


@of_each
def test_what_it_writes_is_a_volume(container: Container) -> None:
    mounts = {mount["mountPath"]: mount["name"] for mount in container.spec.get("volumeMounts", [])}
    volumes = {volume["name"] for volume in container.pod.get("volumes", [])}
    written = container.environment.get("JOB_SPOOL_FOLDER")

    assert set(mounts.values()) == volumes
    assert written is None or written["value"] in mounts


def test_a_cron_job_has_one_key_per_scheduled_moment() -> None:
    for cron_job in (each for each in manifests.objects() if each["kind"] == "CronJob"):
        command = " ".join(manifests.container(cron_job["metadata"]["name"]).started(VALUES))

        assert re.search(r"--key[ =]kubernetes/factory/arcbeat-check-latest-29930595(?: |$)", command)
        assert cron_job["spec"]["concurrencyPolicy"] == "Forbid"
        assert cron_job["spec"]["startingDeadlineSeconds"] >= 10  # Kubernetes looks every 10 seconds
        assert cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] == "Never"


def test_the_page_uses_the_commands_of_the_manifests() -> None:
    names = set(re.findall(r"deploy/kubernetes/([\w-]+\.yaml)", PAGE.read_text(encoding="utf-8")))

    assert names == {path.name for path in manifests.FOLDER.glob("*.yaml")}


@pytest.mark.slow
def test_two_pods_of_one_moment_make_one_run(
    service: Service, scheduler_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = {**scheduler_environment, "DATABASE_URL": service.database_url, "JOB_SPOOL_FOLDER": str(tmp_path)}
    for name in ("arcbeat-check-latest", "arcbeat-check-latest-http"):
        command = [sys.executable, *manifests.container(name).started({**VALUES, "JOB_NAME": name})[1:]]
        pods = [
            subprocess.Popen(command, env=environment, cwd=scripts.ROOT, stdout=subprocess.DEVNULL) for _ in range(2)
        ]
        codes = {pod.wait(scripts.TIMEOUT_SECONDS) for pod in pods}

        assert 0 in codes
        assert codes <= {
            0,
            3,
        }  # 3: the other pod carries the run out; Kubernetes starts another pod, which gets its outcome
        assert scripts.keys(service, "check_latest").count(f"kubernetes/factory/{name}") == 1
