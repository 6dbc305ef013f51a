"""Why the demo cannot run."""

from arcbeat.domain.errors import ArcbeatError


class DemoFailed(ArcbeatError):
    """The demo cannot start, or its server has ended."""
