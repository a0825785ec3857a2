"""Every setting of the house that is a secret is declared as one, so that it is sealed, and told to nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cti.base.settings import Settings
from cti.office.configuring.service import SettingsDesk
from cti.process.baseline.checks import SECRET_KEY
from cti.process.dry_run import dry_house
from tests.office import visitor

NAMED = re.compile(r"密钥|口令|密码|令牌")
NONE = {"wechat.entrance", "files.s3.access_key"}
"""Named like secrets: an entrance of chats stands in the page of whoever shows it, and an id says who signs in."""


async def test_what_is_called_a_secret_is_one_on_every_page_of_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_DEMO_PASSWORD", "nur-zum-probieren-7")
    async with dry_house(Settings.load(tmp_path)) as house:
        desk = house.services.need(SettingsDesk)
        sections = await desk.sections(visitor("王芳", "city", "system.see"))
    assert len(sections) > 10
    found, wrong = set(), []
    for section in sections:
        for field in section.fields:
            name, key = f"{section.name}.{field.key}", field.key.rpartition(".")[2]
            if field.kind in ("text", "long", "password") and name not in NONE | {"broker.url"}:
                called = SECRET_KEY.fullmatch(key) or NAMED.search(field.title)
                wrong += [f"{name} {field.title}"] if (field.kind == "password") != bool(called) else []
            if field.kind == "password":
                found.add(name)
                assert SECRET_KEY.fullmatch(key) or name == "broker.url", f"{name}: baseline does not know it"
                assert section.values[field.key] == "", name
    assert wrong == [], "a secret says repr=False in its model"
    assert {"assistant.writing.key", "portal.unified.client_secret", "wechat.token"} <= found
