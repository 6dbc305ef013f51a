"""What can keep the demo from running."""

from arcbeat.domain.errors import ArcbeatError


class DemoFailed(ArcbeatError):
    """The demo cannot run."""
