"""Two applications on one Redis; kill -9 and other failures are tested in tests/cluster."""

from tests.cluster.metrics import METRICS_TOKEN, role, sample
from tests.support.service import Service
from tests.support.waiting import eventually

SNAPSHOT = "/api/v1/device/data/realtime/snapshot"
PERIOD_SECONDS = 1.0


def stream(service: Service) -> tuple[str, str]:
    snapshot = service.operator.get(SNAPSHOT).raise_for_status().json()
    return snapshot["stream_id"], snapshot["source"]


def test_one_process_samples_and_both_publish_one_stream(database_url: str, redis_url: str) -> None:
    settings = {"redis_url": redis_url, "metrics_token": METRICS_TOKEN, "sample_seconds": PERIOD_SECONDS}
    with Service.running(database_url, **settings) as first, Service.running(database_url, **settings) as second:
        first.register("W1", "W2")
        first.append("W1", device_status="焊接")
        eventually("both publish one stream", lambda: stream(first) == stream(second))
        eventually("frames are followed", lambda: followed(first) + followed(second) > 2)

        assert {role(first), role(second)} == {"leader", "follower"}
        pages = [each.operator.get("/api/v1/device/data/realtime").json() for each in (first, second)]
        assert [page["source"] for page in pages] == ["snapshot", "snapshot"]
        assert pages[0]["items"] == pages[1]["items"]


def test_without_redis_a_process_samples_for_itself(database_url: str) -> None:
    unreachable = "redis://127.0.0.1:1/0"
    with Service.running(database_url, redis_url=unreachable, metrics_token=METRICS_TOKEN) as service:
        service.register("W1")

        assert stream(service)[1] == "snapshot"
        assert role(service) == "alone"


def followed(service: Service) -> float:
    return sample(service, "arcbeat_followed_frames_total", outcome="taken")
