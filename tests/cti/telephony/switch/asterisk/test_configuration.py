"""The configuration as a whole: complete, private, and written only when it changed."""

import subprocess
import sys
from pathlib import Path

from cti.base.settings import HouseSettings, TrunkSettings
from cti.telephony.switch.asterisk.configuration import (
    EMPTY_FILES,
    MODULES,
    Layout,
    files,
    write_configuration,
    write_if_changed,
    write_phones,
    write_trunks,
)
from cti.telephony.switch.phone import Phone


def layout(folder: Path) -> Layout:
    modules = folder / "modules"
    modules.mkdir(exist_ok=True)
    for name in ("res_pjsip", "chan_pjsip"):
        (modules / f"{name}.so").touch()
    return Layout(folder / "switch", modules, folder / "data", folder / "prompts", folder / "music", folder / "rec")


def test_nothing_takes_a_citizen_for_an_answering_machine() -> None:
    """Detection hangs up on people who say little when they answer: calls of a public service go without."""
    assert not {"app_amd", "app_machinedetection", "app_waitforsilence", "app_waitfornoise"} & {*MODULES}


def test_only_modules_that_exist_are_loaded(tmp_path: Path) -> None:
    text = files(HouseSettings(), layout(tmp_path), "geheim", {})["modules.conf"]
    assert text == "[modules]\nautoload=no\nload => res_pjsip.so\nload => chan_pjsip.so\n"


def test_everything_is_in_our_folder(tmp_path: Path) -> None:
    found = files(HouseSettings(), layout(tmp_path), "geheim", {})
    for line in found["asterisk.conf"].splitlines():
        if "=>" in line:
            assert str(tmp_path) in line or "/tmp/hotline-" in line, line
    assert "secret=geheim" in found["manager.conf"]
    assert "permit=127.0.0.1/32" in found["manager.conf"]
    assert {f"{name}.conf" for name in EMPTY_FILES} <= set(found)


def test_written_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    where = layout(tmp_path)
    write_configuration(HouseSettings(), where, "geheim", {})
    manager = where.etc / "manager.conf"
    assert manager.stat().st_mode & 0o777 == 0o600
    before = manager.stat().st_mtime_ns
    write_configuration(HouseSettings(), where, "geheim", {})
    assert manager.stat().st_mtime_ns == before
    assert (where.etc / "pjsip_phones.conf").exists()


def test_trunks_can_be_exchanged_alone_and_tell_whether_they_changed(tmp_path: Path) -> None:
    where, house = layout(tmp_path), HouseSettings()
    write_configuration(house, where, "geheim", {})
    found = {"second": TrunkSettings(peers=["192.0.2.9"], host="192.0.2.9", register_user="8888")}
    assert write_trunks(found, {"second": "pass-8888"}, house, where)
    assert not write_trunks(found, {"second": "pass-8888"}, house, where)
    text = (where.etc / "pjsip_trunks.conf").read_text()
    assert "match=192.0.2.9" in text and "password=pass-8888" in text and "[carrier]" not in text


def test_files_of_another_kind_of_switch_are_removed(tmp_path: Path) -> None:
    """After a change of the switch the other's files stayed, with its secrets in them."""
    where = layout(tmp_path)
    where.etc.mkdir(parents=True)
    (where.etc / "freeswitch.xml").write_text("<document/>", "utf-8")
    write_configuration(HouseSettings(), where, "geheim", {})
    write_phones([Phone("1001", "x", "1001", web=False)], HouseSettings(), where)
    there = {path.name for path in where.etc.iterdir()}
    assert "freeswitch.xml" not in there and {"pjsip.conf", "pjsip_phones.conf", "cel_custom.conf"} <= there
    write_configuration(HouseSettings(), where, "geheim", {})
    assert {path.name for path in where.etc.iterdir()} == there
    assert "[1001]" in (where.etc / "pjsip_phones.conf").read_text()


def test_phones_tell_whether_they_changed(tmp_path: Path) -> None:
    where, house = layout(tmp_path), HouseSettings()
    write_configuration(house, where, "geheim", {})
    phones = [Phone("1001", "x", "1001", web=False)]
    assert write_phones(phones, house, where)
    assert not write_phones(phones, house, where)
    write_configuration(house, where, "geheim", {})
    assert "[1001]" in (where.etc / "pjsip_phones.conf").read_text()


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.conf"
    assert write_if_changed(path, "a")
    assert not write_if_changed(path, "a")
    assert write_if_changed(path, "b")
    assert path.read_text() == "b"
    assert list(tmp_path.iterdir()) == [path]


def test_the_control_socket_fits_into_its_address(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    where = layout(deep)
    assert len(str(where.run / "asterisk.ctl").encode()) < 108
    module = "tests.cti.telephony.switch.asterisk.test_configuration"
    command = f"from {module} import layout; print(layout(Path({str(deep)!r})).run)"
    told = subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path; {command}"], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(where.run), "another process finds the same place"


def test_the_switchs_records_hold_no_whole_numbers(tmp_path: Path) -> None:
    """Callers' numbers stood in clear in the switch's own records."""
    where, key = layout(tmp_path), "abcdefghijklmnop"
    masked = files(HouseSettings(), where, "geheim", {}, key)["cdr_custom.conf"]
    (where.modules / "func_aes.so").touch()
    sealed = files(HouseSettings(), where, "geheim", {}, key)["cdr_custom.conf"]
    for name in ("src", "dst", "lastdata"):
        assert f"${{CSV_QUOTE(****${{CDR({name}):-4}})}}" in masked
        assert f"${{CSV_QUOTE(aes:${{AES_ENCRYPT({key},.${{CDR({name})}})}})}}" in sealed
