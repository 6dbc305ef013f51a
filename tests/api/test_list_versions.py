"""Lists have an ETag, and a client that has the list already is sent no body."""

import pytest

from tests.support.service import Service

LISTS = ["/api/v1/device/types", "/api/v1/device/info", "/api/v1/dict/types", "/api/v1/dict/data"]


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("L001", "L002", device_type="welding", team_name="班组一")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_the_client_has_is_not_sent_again(service: Service, path: str) -> None:
    first = service.operator.get(path)
    again = service.operator.get(path, headers={"If-None-Match": first.headers["ETag"]})
    weak = service.operator.get(path, headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})

    assert first.status_code == 200
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert weak.status_code == 304
    assert again.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", LISTS)
def test_another_page_of_a_list_has_another_version(service: Service, path: str) -> None:
    first = service.operator.get(path)
    other = service.operator.get(
        path, params={"page": 2, "page_size": 1}, headers={"If-None-Match": first.headers["ETag"]}
    )

    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]


def test_the_version_of_a_list_changes_with_an_item_on_the_page(service: Service) -> None:
    path = "/api/v1/device/info"
    before = service.operator.get(path).headers["ETag"]
    assert service.operator.patch(f"{path}/L001", json={"team_name": "班组二"}).status_code == 200

    after = service.operator.get(path, headers={"If-None-Match": before})

    assert after.status_code == 200
    assert after.json()["items"][0]["team_name"] == "班组二"


def test_device_types_have_a_version_per_language(service: Service) -> None:
    path = "/api/v1/device/types"
    chinese = service.operator.get(path, headers={"Accept-Language": "zh"})
    english = service.operator.get(path, headers={"Accept-Language": "en", "If-None-Match": chinese.headers["ETag"]})

    assert english.status_code == 200
    assert english.headers["Vary"] == "Accept-Language"
