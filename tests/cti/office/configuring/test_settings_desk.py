"""Settings on a screen: shown, checked, written into the file people wrote, and told to those who use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cti.base.clock import VirtualClock
from cti.base.files import documents
from cti.base.files.sealed_values import opened
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.settings import Section, Settings
from cti.base.visitor import Visitor, system
from cti.office.configuring.file import changed_text
from cti.office.configuring.service import SectionOffer, SettingsDesk
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import AuditRow
from cti.process.house_screens import SECTIONS
from cti.store.engine import Store

BOSS = system("test")
FILE = """\
# Our hotline
organisation: city   # the city's own
http: {port: 8400}   # the proxy knows this one

pump:
  # twice a day
  litres: 5
  colours:
    - red   # first
    - 'blue'
  inner:
    deep: 3  # metres
"""


class Inner(Section):
    deep: int = 1
    wide: int = 1


class Pump(Section):
    litres: int = pydantic.Field(default=1, ge=1, title="升")
    colours: list[str] = pydantic.Field(default=[])
    inner: Inner = pydantic.Field(default=Inner(), title="里面")
    key: str = pydantic.Field(default="", title="口令", json_schema_extra={"x-form": {"kind": "password"}})


def desk_on(store: Store, data: Path, text: str = FILE) -> SettingsDesk:
    (data / "settings.yaml").write_text(text)
    return SettingsDesk(Settings.load(data), store, Audit(store, VirtualClock()))


def text_of(data: Path) -> str:
    return (data / "settings.yaml").read_text()


async def section(desk: SettingsDesk, name: str) -> Any:
    return next(one for one in await desk.sections(BOSS) if one.name == name)


async def test_a_change_keeps_comments_order_and_quotes_and_is_audited(sqlite_store: Store, tmp_path: Path) -> None:
    desk = desk_on(sqlite_store, tmp_path)
    desk.offer(SectionOffer("pump", "水泵", Pump, "pump"))
    found = await section(desk, "pump")
    assert found.values == {"litres": 5, "colours": ["red", "blue"], "key": "", "inner.deep": 3, "inner.wide": 1}
    assert [(field.key, field.section) for field in found.fields] == [
        ("litres", None), ("colours", None), ("key", None), ("inner.deep", "里面"), ("inner.wide", None),
    ]  # fmt: skip
    assert (found.needs_restart, found.pending) == (True, False)
    values = {**found.values, "litres": 7, "inner.deep": 4, "key": "geheim"}
    after = await desk.change(BOSS, "pump", found.version, values)
    written, _, key = text_of(tmp_path).rpartition("  key: ")
    assert written == FILE.replace("litres: 5", "litres: 7").replace("deep: 3", "deep: 4")
    assert key.startswith("sealed:") and opened(key.strip(), tmp_path) == "geheim"
    assert (after.values["key"], after.pending) == ("", True)
    kept = await desk.change(BOSS, "pump", after.version, {**after.values, "litres": 8})
    assert key in text_of(tmp_path), "a secret that is left empty stays, and is not sealed anew"
    async with sqlite_store.reading() as session:
        entries = (await session.scalars(select(AuditRow).order_by(AuditRow.sequence))).all()
    assert json.loads(entries[0].before) == {"litres": 5, "inner.deep": 3, "key": ""}
    assert json.loads(entries[0].after)["key"] == "******"
    assert kept.version != after.version


class Peer(Section):
    host: str = ""
    value: str = pydantic.Field(default="", repr=False)


class Model(Section):
    url: str = ""
    key: str = pydantic.Field(default="", pattern=r"^[a-z]*$", repr=False)


class Office(Section):
    model: Model = pydantic.Field(default=Model())
    peers: dict[str, Peer] = pydantic.Field(default={})


CLEAR = """\
office:
  model: {url: "https://one.example/v1", key: offen}
  peers:
    first: {host: one.example, value: geheim}
"""


async def test_secrets_are_told_to_nobody_and_those_in_clear_are_sealed_with_the_next_change(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """A page wrote the key of a model into the file as it was typed, and those behind names were read by everybody."""
    desk = desk_on(sqlite_store, tmp_path, CLEAR)
    desk.offer(SectionOffer("office", "办公", Office, "office"))
    found = await section(desk, "office")
    assert found.values["model.key"] == "" and "geheim" not in str(found.values) and "offen" not in str(found)
    (key,) = [one for one in found.fields if one.key == "model.key"]
    assert key.kind == "password" and "已设置" in (key.help or "")
    after = await desk.change(BOSS, "office", found.version, {**found.values, "model.url": "https://one.example/v2"})
    text = text_of(tmp_path)
    assert "geheim" not in text and "offen" not in text and text.count("sealed:") == 2
    assert Settings.load(tmp_path).section("office", Office).peers["first"].value == "geheim"
    assert "geheim" not in str(after.values)


async def test_a_secret_is_never_sent_to_another_address_than_its_own(sqlite_store: Store, tmp_path: Path) -> None:
    """Whoever changed a model's address alone had the key of the old one sent there."""
    desk = desk_on(sqlite_store, tmp_path, CLEAR)
    desk.offer(SectionOffer("office", "办公", Office, "office"))
    found = await section(desk, "office")
    stranger = {**found.values, "model.url": "https://two.example/v1"}
    moved = {**found.values, "peers": {"first": {"host": "two.example", "value": "******"}}}
    unknown = {**found.values, "peers": {"second": {"host": "two.example", "value": "******"}}}
    for values in (stranger, moved, unknown):
        with pytest.raises(Invalid) as refused:
            await desk.change(BOSS, "office", found.version, values)
        assert refused.value.code == "secret_again"
    found = await desk.change(BOSS, "office", found.version, {**stranger, "model.key": "neu"})
    assert Settings.load(tmp_path).section("office", Office).model == Model(url="https://two.example/v1", key="neu")
    await desk.change(BOSS, "office", found.version, {**found.values, "model.url": ""})
    assert Settings.load(tmp_path).section("office", Office).model == Model(), "without an address it is gone"


class Courier(Section):
    url: str = pydantic.Field(default="", title="地址", json_schema_extra={"x-form": {"kind": "password"}})
    loud: bool = False


async def test_an_address_that_is_the_secret_itself_stays_when_it_is_left_empty(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = desk_on(sqlite_store, tmp_path, "courier: {url: 'mqtts://a:b@broker'}\n")
    desk.offer(SectionOffer("courier", "信使", Courier, "courier"))
    found = await section(desk, "courier")
    await desk.change(BOSS, "courier", found.version, {**found.values, "loud": True})
    kept = Settings.load(tmp_path).section("courier", Courier)
    assert kept == Courier(url="mqtts://a:b@broker", loud=True) and "a:b" not in text_of(tmp_path)


async def test_who_comes_second_is_told_and_other_sections_are_no_conflict(sqlite_store: Store, tmp_path: Path) -> None:
    desk = desk_on(sqlite_store, tmp_path)
    desk.offer(SectionOffer("pump", "水泵", Pump, "pump"))
    for one in SECTIONS:
        desk.offer(one)
    pump, http = await section(desk, "pump"), await section(desk, "http")
    await desk.change(BOSS, "pump", pump.version, {"litres": 9})
    with pytest.raises(Conflict) as caught:
        await desk.change(BOSS, "pump", pump.version, {"litres": 2})
    assert caught.value.code == "changed"
    await desk.change(BOSS, "http", http.version, {**http.values, "port": 8401})
    assert "http: {port: 8401}   # the proxy knows this one" in text_of(tmp_path)
    (tmp_path / "settings.yaml").write_text(text_of(tmp_path).replace("8401", "8402"))
    assert (await section(desk, "http")).values["port"] == 8402, "the file is what counts"


async def test_top_level_settings_leave_the_sections_alone(sqlite_store: Store, tmp_path: Path) -> None:
    desk = desk_on(sqlite_store, tmp_path)
    for one in SECTIONS:
        desk.offer(one)
    found = await section(desk, "hotline")
    numbers = {**found.values["numbers"], "12388": {**found.values["numbers"]["12345"], "flow": "other"}}
    await desk.change(BOSS, "hotline", found.version, {**found.values, "area": "0510", "numbers": numbers})
    again = Settings.load(tmp_path)
    assert (again.house.area, again.house.numbers["12388"].flow, again.house.http.port) == ("0510", "other", 8400)
    assert again.section("pump", Pump).litres == 5


async def test_what_is_wrong_is_refused_and_nothing_is_written(sqlite_store: Store, tmp_path: Path) -> None:
    desk = desk_on(sqlite_store, tmp_path)
    desk.offer(SectionOffer("pump", "水泵", Pump, "pump"))
    found = await section(desk, "pump")
    with pytest.raises(Invalid) as caught:
        await desk.change(BOSS, "pump", found.version, {"litres": 0})
    assert caught.value.field == "litres"
    with pytest.raises(Invalid) as caught:
        await desk.change(BOSS, "pump", found.version, {"inner.deep": "very"})
    assert caught.value.field == "inner.deep"
    with pytest.raises(Invalid):
        await desk.change(BOSS, "pump", found.version, {"weight": 1})
    with pytest.raises(NotFound):
        await desk.change(BOSS, "nothing", found.version, {})
    nobody = Visitor("x", "x", "x", None, "city", "320400")
    with pytest.raises(NotAllowed):
        await desk.change(nobody, "pump", found.version, {})
    with pytest.raises(NotAllowed):
        await desk.sections(nobody)
    assert text_of(tmp_path) == FILE
    (tmp_path / "settings.yaml").write_text("http:\n  port: many\n")
    with pytest.raises(Conflict, match=r"settings\.yaml:2:3"):
        await desk.sections(BOSS)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".settings")) == []


async def test_a_change_reaches_who_asked_for_it_and_who_starts_later(sqlite_store: Store, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(FILE)
    settings = Settings.load(tmp_path)
    desk = SettingsDesk(settings, sqlite_store, Audit(sqlite_store, VirtualClock()))
    heard: list[pydantic.BaseModel] = []
    withdraw = desk.offer(SectionOffer("pump", "水泵", Pump, "pump", heard.append))
    found = await section(desk, "pump")
    after = await desk.change(BOSS, "pump", found.version, {"litres": 6})
    assert heard == [Pump(litres=6)] and (after.needs_restart, after.pending) == (False, False)
    assert settings.section("pump", Pump) == Pump(litres=6)
    withdraw()
    after = await desk.change(BOSS, "pump", after.version, {"litres": 7})
    assert len(heard) == 1 and after.pending, "a plugin that stopped is told when it starts"


async def test_a_section_that_keeps_its_plugin_from_starting_can_be_mended(sqlite_store: Store, tmp_path: Path) -> None:
    desk = desk_on(sqlite_store, tmp_path, "pump: {litres: none}\n")
    desk.offer(SectionOffer("pump", "水泵", Pump, "pump"))
    found = await section(desk, "pump")
    assert found.values["litres"] == "none"
    await desk.change(BOSS, "pump", found.version, {"litres": 2})
    assert text_of(tmp_path) == "pump: {litres: 2}\n"


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
KEYS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_whatever_is_written_is_read_back(values: dict[str, Any]) -> None:
    text = changed_text(FILE, "pump", values, {})
    read = documents.parse(text, "x").data
    assert read.get("pump", {}) == values or (values == {} and not read.get("pump"))
    assert read["organisation"] == "city" and "# the proxy knows this one" in text


async def test_a_port_of_the_environment_is_told_beside_that_of_the_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page showed the file's SIP port while the environment had another: phones found nobody."""
    for name in ("HOTLINE_PORT_BASE", "HOTLINE_HTTP_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOTLINE_SIP_PORT", "5599")
    desk = desk_on(store, tmp_path)
    for one in SECTIONS:
        desk.offer(one)
    section = next(one for one in await desk.sections(BOSS) if one.name == "switch")
    helps = {field.key: field.help or "" for field in section.fields}
    assert section.values["sip_port"] == 5060, "the file's, which the form changes"
    assert "5599" in helps["sip_port"] and "环境变量" in helps["sip_port"]
    assert "环境变量" not in helps["ws_port"]
