"""The metrics of a process."""

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.support.service import Service

METRICS_TOKEN = "vR7-qLx2-Wm94-hTzk"


def samples(service: Service, name: str) -> list[Sample]:
    answer = service.anonymous.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).raise_for_status()
    families = text_string_to_metric_families(answer.text)
    return [sample for family in families for sample in family.samples if sample.name == name]


def sample(service: Service, name: str, **labels: str) -> float:
    """Return the value of a metric; 0 if there is none yet."""
    return sum(each.value for each in samples(service, name) if each.labels == labels)


def role(service: Service) -> str:
    """Return the role of the process in sampling."""
    [role] = [str(each.labels["what"]) for each in samples(service, "arcbeat_role") if each.value == 1]
    return role
