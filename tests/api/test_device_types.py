"""Tests of reading device types and their fields."""

from tests.support.service import Service

PATH = "/api/v1/device/types"


def test_device_types_are_listed_by_position(service: Service) -> None:
    answer = service.operator.get(PATH, headers={"Accept-Language": "en"}).json()

    assert [(each["type_code"], each["label"]) for each in answer["items"]] == [
        ("welding", "Welding machine"),
        ("cutting", "Cutting machine"),
    ]
    assert answer["items"][0] == {
        "type_code": "welding",
        "label": "Welding machine",
        "labels": {"zh": "焊机", "en": "Welding machine"},
        "aliases": ["焊机"],
        "super_table": "test_db.welding_real_data",
        "late_after_seconds": 15,
        "stale_after_seconds": 60,
        "position": 1,
        "enabled": True,
        "state_field": "device_status",
        "states": ["焊接", "待机", "报警", "关机"],
        "offline_states": ["关机"],
        "alarm_states": ["报警"],
        "fields_version": 1,
    }


def test_one_type_equals_its_item_in_the_list(service: Service) -> None:
    listed = service.operator.get(PATH).json()["items"][0]

    assert service.operator.get(f"{PATH}/welding").json() == listed
    assert service.operator.get(f"{PATH}/焊机").json() == listed
    assert service.operator.get(f"{PATH}/milling").status_code == 404


def test_device_types_are_paged(service: Service) -> None:
    answer = service.operator.get(PATH, params={"page": 2, "page_size": 1}).json()

    assert [each["type_code"] for each in answer["items"]] == ["cutting"]
    assert (answer["page"], answer["page_size"], answer["total"]) == (2, 1, 2)


def test_the_welding_fields_have_labels_units_and_order(service: Service) -> None:
    answer = service.operator.get(f"{PATH}/welding/fields").json()

    assert (answer["type_code"], answer["fields_version"], len(answer["fields"])) == ("welding", 1, 15)
    assert answer["fields"][5] == {
        "name": "weld_current",
        "label": "焊接电流",
        "labels": {"zh": "焊接电流", "en": "Welding current"},
        "unit": "A",
        "type": "float",
        "order": 6,
        "decimals": 1,
        "hidden": False,
        "minimum": None,
        "maximum": None,
        "max_length": None,
    }


def test_fields_are_found_by_an_alias(service: Service) -> None:
    assert service.operator.get(f"{PATH}/焊机/fields").json()["type_code"] == "welding"


def test_fields_of_an_unknown_type_are_not_found(service: Service) -> None:
    answer = service.operator.get(f"{PATH}/milling/fields")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


def test_hidden_fields_are_returned_on_request_only(service: Service) -> None:
    service.execute("update t_device_type_field set hidden = true where type_code = 'cutting' and name = 'power_kw'")

    def listed(**params: bool) -> list[tuple[str, int]]:
        fields = service.operator.get(f"{PATH}/cutting/fields", params=params).json()["fields"]
        return [(each["name"], each["order"]) for each in fields]

    assert listed() == [("device_status", 1), ("pulses", 2)]
    assert listed(include_hidden=True) == [("device_status", 1), ("power_kw", 2), ("pulses", 3)]
