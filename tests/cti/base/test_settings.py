"""The settings of the house: defaults, environment, and refusals with file and line."""

from pathlib import Path

import pydantic
import pytest

from cti.base.files.documents import DocumentError
from cti.base.settings import Settings


def load(folder: Path, text: str) -> Settings:
    (folder / "settings.yaml").write_text(text, "utf-8")
    return Settings.load(folder)


def test_defaults_without_a_file(tmp_path: Path) -> None:
    house = Settings.load(tmp_path).house
    assert (house.http.port, house.switch.sip_port, house.switch.patience) == (8345, 5060, 60)
    assert list(house.numbers) == ["12345"]


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_HTTP_PORT", "9001")
    monkeypatch.setenv("HOTLINE_SIP_PORT", "9002")
    house = load(tmp_path, "switch: asterisk\nhttp: {port: 8000}\n").house
    assert (house.http.port, house.switch.sip_port, house.switch.kind) == (9001, 9002, "asterisk")


def test_the_short_form_names_the_switch(tmp_path: Path) -> None:
    assert load(tmp_path, "switch: freeswitch\n").house.switch.kind == "freeswitch"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("http:\n  port: 99999\n", "settings.yaml:2:3: http.port"),
        ("switch:\n  patience: 0\n", "settings.yaml:2:3: switch.patience"),
        ("numbers:\n  '12345': {flow: Hotline}\n", "settings.yaml:2:13: numbers.12345.flow"),
        ("http:\n  colour: red\n", "settings.yaml:2:3: http.colour"),
        ("trunks:\n  carrier:\n    channels: many\n", "settings.yaml:3:5: trunks.carrier.channels"),
        ("- a\n- b\n", "settings.yaml:1:1: settings must be a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(DocumentError) as found:
        load(tmp_path, text)
    assert where in str(found.value)


class Desk(pydantic.BaseModel, extra="forbid"):
    lamps: int = 1


def test_sections_of_plugins(tmp_path: Path) -> None:
    settings = load(tmp_path, "desk:\n  lamps: 3\n")
    assert settings.section("desk", Desk).lamps == 3
    assert settings.section("other", Desk).lamps == 1
    settings.check_names({"desk"})
    with pytest.raises(DocumentError, match=r"settings.yaml:1:1: desk: no such setting or plugin"):
        settings.check_names({"acd"})


def test_a_wrong_section_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"settings.yaml:2:3: desk.lamps"):
        load(tmp_path, "desk:\n  lamps: many\n").section("desk", Desk)


@pytest.mark.parametrize("more", ["", ", plain: false"])
def test_plain_http_beyond_this_machine_is_refused(tmp_path: Path, more: str) -> None:
    """Passwords crossed the network in clear, and nobody was told."""
    path = tmp_path / "settings.yaml"
    path.write_text(f"http: {{host: 10.0.0.5{more}}}\n", "utf-8")
    with pytest.raises(DocumentError, match=r"http.proxies"):
        Settings.load(tmp_path)
    for said in ("proxies: [10.0.0.2]", "plain: true"):
        path.write_text(f"http: {{host: 10.0.0.5, {said}}}\n", "utf-8")
        assert Settings.load(tmp_path).house.http.host == "10.0.0.5"
