"""The menu of the whole house for each role: few headings, short entries, and no page that nobody can reach."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from cti.base.cli_settings import ROOT
from cti.base.http.routes import SIGNED_IN
from cti.base.manifest import find_plugins
from cti.base.settings import Settings
from cti.office.identity.permissions import ALL, FIRST_ROLES
from cti.office.screens.menu import MOST_HEADINGS
from cti.office.screens.registry import Screens
from cti.process import dry_run

OWN_PAGES = (ROOT / "softphone/web/src/layout/menu.ts").read_text("utf-8")
MOST_ENTRIES, MOST_TABS = 9, 11


def pages_of_the_console() -> list[str]:
    """The headings of the console's own pages: one for each page, whoever may see it."""
    found = re.findall(r"^  \{ name: '[a-z_-]+', title: '[^']+', group: '([a-z_]+)'", OWN_PAGES, re.MULTILINE)
    assert len(found) > 10
    return found


async def test_nobody_has_more_than_twelve_headings_and_every_page_has_its_place(tmp_path: Path) -> None:
    async with dry_run.dry_house(Settings.load(tmp_path)) as house:
        screens = house.services.need(Screens)
        groups = {one.name: one for one in screens.groups}
        every = screens.all
    grants: dict[str, set[str]] = {one.name: set(one.permissions) for one in FIRST_ROLES}
    for plugin in find_plugins(ROOT):
        for role, given in plugin.manifest.grants.items():
            grants[role] |= set(given)
    for role, held in grants.items():
        shown = [
            one.group
            for one in every
            if ALL in held or {one.permission, one.keeping} - {""} <= held | {SIGNED_IN}
        ]  # fmt: skip
        tabs = Counter([*shown, *pages_of_the_console()])
        assert tabs.keys() <= groups.keys(), "each page stands in the menu, or is a tab of one of its entries"
        entries = Counter(groups[name].within or name for name in tabs)
        entries.update({name: count - 1 for name, count in tabs.items() if groups[name].within is None})
        assert len(entries) <= MOST_HEADINGS, role
        assert max(entries.values()) <= MOST_ENTRIES, (role, entries)
        assert max(count for name, count in tabs.items() if groups[name].within) <= MOST_TABS, (role, tabs)
