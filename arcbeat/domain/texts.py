"""Texts for people, in the language that they prefer."""

from typing import Protocol


class DetailTranslator(Protocol):
    """Translates the explanations of errors, which the domain writes in English."""

    def translate(self, detail: str, accept_language: str | None) -> str:
        """Return the explanation in the language that an Accept-Language header prefers; defaults to English."""
        ...
