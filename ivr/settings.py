"""This room's section of the settings."""

from __future__ import annotations

import pydantic

from cti.settings import Name, Section


class IvrSettings(Section):
    """`human_queue` takes calls whose flow cannot go on; `http_hosts` are those that flows may ask (none: nothing
    leaves); `allowed_keys` is how many keys a menu may offer before a human can be reached.
    """

    human_queue: Name = "general"
    http_hosts: tuple[str, ...] = ()
    allowed_keys: int = pydantic.Field(default=2, ge=0, le=12)
