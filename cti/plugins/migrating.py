"""Brings the tables of the core and of the plugins forward; a plugin whose migration fails keeps no other from it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from cti.base.manifest import Plugin
from cti.store.engine import Store, is_outage
from cti.store.migration import migrate

log = structlog.get_logger(__name__)


async def migrate_with_plugins(store: Store, plugins: Sequence[Plugin]) -> dict[str, str]:
    """Migrate all at once, or, when that fails, one after the other; returns why by the name of those that fail.

    Whatever the core's own migrations raise is raised.
    """
    try:
        await migrate(store, [one.folder for one in plugins])
        return {}
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("migration failed, its plugin is left out")
    await migrate(store)
    failed: dict[str, str] = {}
    for plugin in plugins:
        try:
            await migrate(store, [plugin.folder])
        except Exception as error:
            if is_outage(error):
                raise
            failed[plugin.name] = f"its tables could not be brought forward: {type(error).__name__}: {error}"[:500]
    return failed
