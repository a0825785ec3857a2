"""The whole house started on scratch data, without a switch and without callers, to see whether its parts fit."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cti.base.cli_settings import ROOT
from cti.base.events import Event
from cti.base.files.memory import place_of_scratch
from cti.base.http.routes import CITIZEN, PUBLIC, SIGNED_IN
from cti.base.manifest import Manifest
from cti.base.plugin_events import told_by
from cti.base.settings import HttpSettings, Settings
from cti.office.conditions.records import masked_and_searched
from cti.office.identity.permissions import FIRST_ROLES
from cti.office.identity.service import Identity
from cti.office.opening.service import Opening, title_of
from cti.office.records.filters import without_index
from cti.office.records.office import Office
from cti.office.screens import lint
from cti.office.screens.registry import Screens
from cti.plugins.checking import checks_of
from cti.plugins.service_book import ServiceBook, ServiceFacts
from cti.process.app import Engine, engine
from cti.store.catalogue import load_models
from cti.store.comparing import differences
from cti.store.engine import Store
from cti.telephony.switch.scripted_installation import ScriptedInstallation

ICONS = ROOT / "softphone" / "web" / "node_modules" / "@lucide" / "vue" / "dist" / "esm" / "lucide-vue.mjs"
"""Names every icon that screens may have, where the console is built; elsewhere icons are not compared."""


@asynccontextmanager
async def dry_house(settings: Settings, place: Path | None = None) -> AsyncIterator[Engine]:
    """A house with these settings, but with a database, a port and a state directory (in `place`) of its own.

    DocumentError.
    """
    with tempfile.TemporaryDirectory(prefix="hotline-check-", dir=place or place_of_scratch()) as scratch:
        dry = settings.on(Path(scratch))
        dry.is_dry = True
        own = {
            "database": None,
            "http": HttpSettings(port=1).model_copy(update={"port": 0}),
            "broker": settings.house.broker.model_copy(update={"enabled": False}),
        }
        dry.house = settings.house.model_copy(update=own)
        async with engine(dry, installation=ScriptedInstallation()) as running:
            yield running


async def services_of_the_house(settings: Settings) -> list[ServiceFacts]:
    """Every service that core and plugins offer with these settings. DocumentError."""
    async with dry_house(settings) as house:
        return await ServiceBook(house.services, ROOT, house.plugins.known).all()


async def findings(settings: Settings, lacking: list[str] | None = None) -> list[str]:
    """What is wrong with plugins that do not start or hear what their manifests do not say, with tables that are not
    what the models say, and with screens and routes that do not fit each other.

    `lacking` takes what regions of the hotline's own data lack to open, a line each.
    """
    async with dry_house(settings) as house:
        found = [f"plugin {name}: {reason}" for name, reason in house.plugins.failed.items()]
        for host in house.plugins.hosts:
            found += granted_to_nobody(host.plugin.manifest)
            if host.reads_settings and checks_of(host.plugin) is None:
                found.append(f"plugin {host.plugin.name}: has settings and no module checks, so they are not checked")
            unsaid = host.heard - set(host.plugin.manifest.hears) - {Event.__name__}
            found += [
                f"plugin {host.plugin.name}: hears {name}, its manifest does not say so" for name in sorted(unsaid)
            ]
            untold = told_by(host.plugin.folder, host.plugin.package) - set(host.plugin.manifest.tells)
            found += [
                f"plugin {host.plugin.name}: tells {name}, its manifest does not say so" for name in sorted(untold)
            ]
        known = {PUBLIC, SIGNED_IN, CITIZEN, *house.services.need(Identity).permissions}
        for one in house.web.endpoints:
            if one.route.permission not in known:
                found.append(f"route {one.route.method} {one.route.path}: no permission {one.route.permission}")
        for service in house.services.need(Office).services.values():
            found += [*masked_and_searched(service), *without_index(service)]
        load_models(host.plugin.package for host in house.plugins.hosts)
        async with house.services.need(Store).engine.connect() as connection:
            found += await connection.run_sync(differences)
        if lacking is not None:
            lacking += await _lacks(settings, house.services.need(Opening))
        screens = house.services.need(Screens)
        components = {
            f"{plugin.folder.name}/{path.stem}"
            for plugin in house.plugins.known
            for path in (plugin.folder / "web").glob("*.vue")
        }
        icons = frozenset(re.findall(r"default as (\w+)", ICONS.read_text("utf-8"))) if ICONS.is_file() else ()
        return found + lint.problems(screens.all, house.web.endpoints, screens.slots, screens.tiles, components, icons)


def granted_to_nobody(manifest: Manifest) -> list[str]:
    """Grants that reach nobody: only roles that every hotline begins with are given any."""
    unknown = sorted(manifest.grants.keys() - {one.name for one in FIRST_ROLES})
    return [f"plugin {manifest.name}: grants to {role}, a role that no hotline begins with" for role in unknown]


async def _lacks(settings: Settings, opening: Opening) -> list[str]:
    """What regions lack by the hotline's own data, which is only read; nothing where it was never started."""
    if settings.house.database is None and not (settings.data / "hotline.db").is_file():
        return []
    store = await Store.open(settings.house.database, settings.data, settings.house.cryptography)
    try:
        async with store.reading() as session:
            found = await opening.everywhere(session)
    except SQLAlchemyError as error:
        return [f"the hotline's own data could not be read: {type(error).__name__}"]
    finally:
        await store.close()
    return [f"{title_of(region)}: {one.sort}: {one.words}" for region, lacks in found.items() for one in lacks]
