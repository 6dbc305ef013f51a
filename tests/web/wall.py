"""Wall screens in a browser, and the links that open them."""

from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.web.console import Console

API_KEYS = "/api/v1/api-keys"
LOST = "ERR_|WebSocket|Failed to (load|fetch)"
"""What Chromium logs while requests fail."""
_numbers = count(1)


@dataclass(frozen=True)
class Link:
    """A wall link, as an administrator makes it."""

    api_key_id: str
    api_key: str

    @classmethod
    def made(cls, admin: httpx.Client) -> "Link":
        scopes = ["device:read", "telemetry:read"]
        body = {"name": f"hall-{next(_numbers)}", "purpose": "wall", "scopes": scopes, "expires_days": 365}
        answer = admin.post(API_KEYS, json=body)
        assert answer.status_code == 201, answer.text
        return cls(answer.json()["api_key_id"], answer.json()["api_key"])

    def path(self, **query: str) -> str:
        return f"/wall?{urlencode(query)}#key={self.api_key}"


@dataclass(frozen=True)
class Wall:
    """One wall screen."""

    page: Page

    @property
    def board(self) -> Locator:
        return self.page.locator(".wall-board")

    @property
    def band(self) -> Locator:
        return self.page.locator(".wall-band")

    @property
    def message(self) -> Locator:
        return self.page.get_by_role("alert")

    def count(self, name: str) -> Locator:
        """Return the number of `total`, `state …` or `silent`."""
        return self.page.locator(f"[data-count='{name}'] .wall-count-number")

    def devices(self) -> list[str]:
        """Return the codes of the devices on the tiles, in order."""
        codes: list[str] = self.page.locator("[data-device]").evaluate_all("(all) => all.map((e) => e.dataset.device)")
        return codes

    def expect_live(self) -> None:
        expect(self.board).to_be_visible()
        expect(self.band).to_have_count(0)
        expect(self.board).to_have_css("filter", "none")

    def expect_stale(self, cause: str) -> None:
        expect(self.band).to_contain_text(cause)
        expect(self.board).to_have_css("filter", "grayscale(1)")


def open_wall(console: Console, path: str) -> Wall:
    """Open a wall screen in a tab of its own."""
    return Wall(console.open(path))
