"""Tests of what the demo stores between its runs."""

import json
import stat
from pathlib import Path

import pytest

from arcbeat.demo.errors import DemoFailed
from arcbeat.demo.folder import DemoFolder


def test_the_secret_key_is_created_once(tmp_path: Path) -> None:
    with DemoFolder.claimed(tmp_path / "demo") as folder:
        first = folder.secret_key()
        again = folder.secret_key()

    assert len(bytes.fromhex(first)) == 32
    assert again == first


def test_a_damaged_secret_key_is_replaced(tmp_path: Path) -> None:
    with DemoFolder.claimed(tmp_path) as folder:
        (tmp_path / "secret-key").write_bytes(b"\xff")

        assert len(bytes.fromhex(folder.secret_key())) == 32


def test_passwords_survive_a_restart_and_the_address_does_not(tmp_path: Path) -> None:
    with DemoFolder.claimed(tmp_path) as folder:
        first = folder.write_note("http://127.0.0.1:8000")
    with DemoFolder.claimed(tmp_path) as folder:
        second = folder.write_note("http://127.0.0.1:8001")

    assert second.users == first.users
    assert json.loads((tmp_path / "demo.json").read_text()) == {
        "url": "http://127.0.0.1:8001",
        "username": "operator",
        "password": first.password,
        "users": [
            {"username": name, "role": name, "password": first.passwords[name]}
            for name in ("admin", "operator", "viewer")
        ],
    }
    assert len(set(first.passwords.values())) == 3


def test_the_password_of_a_note_without_users_is_used_again(tmp_path: Path) -> None:
    earlier = {"url": "http://127.0.0.1:8000", "username": "operator", "password": "of an earlier version"}
    (tmp_path / "demo.json").write_text(json.dumps(earlier))

    with DemoFolder.claimed(tmp_path) as folder:
        note = folder.write_note("http://127.0.0.1:8000")

    assert note.passwords["operator"] == note.password == "of an earlier version"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"password": 1}', b'{"password": ""}', b"\xff"])
def test_a_damaged_note_gives_a_new_password(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "demo.json").write_bytes(damage)

    with DemoFolder.claimed(tmp_path) as folder:
        note = folder.write_note("http://127.0.0.1:8000")

    assert len(note.password) >= 16
    assert json.loads((tmp_path / "demo.json").read_text())["password"] == note.password


def test_only_the_owner_can_read_the_folder(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "secret-key.new").write_text("left by a killed run, readable by all")
    with DemoFolder.claimed(tmp_path / "demo") as folder:
        folder.secret_key()
        folder.write_note("http://127.0.0.1:8000")

    with DemoFolder.claimed(tmp_path / "new"):
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    for name in ("secret-key", "demo.json"):
        assert stat.S_IMODE((tmp_path / "demo" / name).stat().st_mode) == 0o600
    assert not (tmp_path / "demo" / "secret-key.new").exists()


def test_the_error_of_a_second_demo_names_the_address_of_the_first(tmp_path: Path) -> None:
    with DemoFolder.claimed(tmp_path) as folder:
        folder.write_note("http://127.0.0.1:8765")

        with (
            pytest.raises(DemoFailed, match=r"already running.*http://127\.0\.0\.1:8765"),
            DemoFolder.claimed(tmp_path),
        ):
            pass
