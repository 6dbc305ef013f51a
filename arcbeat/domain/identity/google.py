"""Service accounts of Google Cloud: their issuers, their addresses, and what their ID tokens permit."""

import re

from arcbeat.domain.identity.identity import Scope

GOOGLE_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
"""Google documents both spellings."""
GOOGLE_SCOPES = frozenset({Scope.JOB_READ, Scope.JOB_RUN})
"""ID tokens carry no scopes. These suffice to start a run and to follow it."""
_SERVICE_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]*@(?:[a-z0-9-]+\.)+gserviceaccount\.com\Z")


def is_service_account(address: str) -> bool:
    """Return whether an e-mail address is one of a service account, as Google writes them; no user can have one."""
    return _SERVICE_ACCOUNT.match(address) is not None
