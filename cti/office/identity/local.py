"""Commands on this machine that play somebody of the accounts for a first look: whoever owns the data may."""

from __future__ import annotations

from cti.base.settings import Settings
from cti.office.identity.commands import opened_identity

LOCAL = "hotline"
"""What these commands call themselves: a session is good in one browser only."""


async def local_token(settings: Settings, login: str) -> str:
    """The token of a new session. NotFound when there is no such account or it is somebody's own by now."""
    async with opened_identity(settings) as identity:
        return await identity.sessions.begin_local(login, LOCAL)
