"""Tests of what the demo stores between its runs."""

import json
import os
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
        # As root, PostgreSQL runs as another user, who has to pass through the folder.
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
        assert stat.S_IMODE((tmp_path / "new" / "lock").stat().st_mode) == 0o600
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


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A file of another program, which the demo must not read or change."""
    file = tmp_path / "foreign"
    file.write_text("of another program")
    file.chmod(0o644)
    return file


def test_the_lock_is_not_opened_through_a_link(tmp_path: Path, foreign: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "lock").symlink_to(foreign)

    with pytest.raises(DemoFailed, match="lock cannot be opened"), DemoFolder.claimed(tmp_path / "demo"):
        pass

    assert foreign.read_text() == "of another program"


@pytest.mark.parametrize("name", ["secret-key", "secret-key.new", "demo.json", "demo.json.new"])
def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path, foreign: Path, name: str) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / name).symlink_to(foreign)

    with DemoFolder.claimed(tmp_path / "demo") as folder:
        folder.secret_key()
        folder.write_note("http://127.0.0.1:8000")

    assert (foreign.read_text(), stat.S_IMODE(foreign.stat().st_mode)) == ("of another program", 0o644)
    assert not any(path.is_symlink() for path in (tmp_path / "demo").iterdir())


def test_a_folder_that_is_a_link_is_rejected_and_not_changed(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o755)
    (tmp_path / "demo").symlink_to(tmp_path / "target")

    with pytest.raises(DemoFailed, match="not a folder that the demo can use"), DemoFolder.claimed(tmp_path / "demo"):
        pass

    assert list((tmp_path / "target").iterdir()) == []
    assert stat.S_IMODE((tmp_path / "target").stat().st_mode) == 0o755


def test_a_folder_that_others_may_write_to_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo").chmod(0o777)

    with pytest.raises(DemoFailed, match="chmod go-w"), DemoFolder.claimed(tmp_path / "demo"):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_a_folder_of_another_user_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    os.chown(tmp_path / "demo", 12345, 12345)

    with pytest.raises(DemoFailed, match="belongs to another user"), DemoFolder.claimed(tmp_path / "demo"):
        pass

    assert list((tmp_path / "demo").iterdir()) == []
