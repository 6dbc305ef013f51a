"""The language that a client reads best."""

from werkzeug.http import parse_accept_header

from arcbeat.domain.catalogue.device_types import Language


def preferred(accept_language: str | None) -> Language:
    """The first of our languages in an Accept-Language header, its best first; Chinese when it names none."""
    ours = {language.value: language for language in Language}
    wanted = (tag.partition("-")[0].lower() for tag, quality in parse_accept_header(accept_language) if quality > 0)
    return next((ours[tag] for tag in wanted if tag in ours), Language.CHINESE)
