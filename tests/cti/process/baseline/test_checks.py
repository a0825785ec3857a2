"""Each check: good where all is as the third level asks, and below, in words, where one thing is not."""

import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cti.base.ciphers.cipher import Cipher
from cti.base.ciphers.sealed_files import SealedWriter
from cti.base.settings import Settings
from cti.process.baseline.checks import SHOWN, TABLE
from cti.process.baseline.commands import as_json, as_text, results
from cti.process.baseline.facts import Account, Facts, listening_in, users
from cti.process.processes import FILE as PROCESSES

GOOD = """\
cryptography: sm
keys: {file: /etc/hotline/master.key}
accounts: {separate_duties: true}
audit: {syslog: "udp://10.0.0.9:514"}
"""
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
Change = Callable[[Facts], Facts]


def sealed() -> bytes:
    file = io.BytesIO()
    with SealedWriter(file, Cipher(bytes(32))) as writer:
        writer.write(b"RIFF")
    return file.getvalue()


def account(
    login: str,
    *permissions: str,
    administers: bool = False,
    second_factor: bool = False,
    password_due: bool = False,
    demo: bool = False,
    seen: datetime = NOW,
) -> Account:
    given = frozenset(permissions)
    return Account(login, administers, second_factor, password_due, NOW, demo, frozenset(), given, seen)


def facts_of(data: Path, text: str = GOOD) -> Facts:
    (data / "settings.yaml").write_text(text, "utf-8")
    return Facts(
        Settings.load(data),
        NOW,
        accounts=(account("1001"), account("boss", "roles.manage", administers=True, second_factor=True)),
        users={"switch": 990, "engine": 990},
        listening=frozenset({("0100007F", 5038), ("00000000", 22)}),
        synchronised=True,
    )


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """An installation with nothing below; its files are as old as it is."""
    for name in ("HOTLINE_MASTER_KEY", "CREDENTIALS_DIRECTORY", "HOTLINE_DEMO_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    data = tmp_path / "data"
    for folder in ("secrets", "recordings/2026", "backups"):
        (data / folder).mkdir(parents=True)
    (data / "secrets" / "mqtt").touch(mode=0o600)
    (data / "recordings" / "2026" / "a.wav").write_bytes(sealed())
    for path in (data / "audit-seals.jsonl", data / "backups" / "hotline-1.backup"):
        path.write_bytes(sealed())
        os.utime(path, (NOW.timestamp() - 3600,) * 2)
    data.chmod(0o700)
    return facts_of(data)


def below(facts: Facts) -> dict[str, list[str]]:
    return {check.name: found for check, found in results(facts) if found}


def test_what_is_as_it_should_be_is_good_but_for_a_backup_on_the_same_disk(house: Facts) -> None:
    assert list(below(house)) == ["backups"]
    (only,) = below(house)["backups"]
    assert "on the disk that they save" in only


def said(text: str) -> Change:
    return lambda facts: replace(facts, settings=facts_of(facts.data, text).settings)


def with_account(one: Account) -> Change:
    return lambda facts: replace(facts, accounts=(*facts.accounts, one))


def rules(text: str) -> Change:
    return said(GOOD.replace("{separate", f"{{{text}, separate"))


def touched(name: str, content: bytes = b"x", mode: int = 0o600) -> Change:
    def change(facts: Facts) -> Facts:
        path = facts.data / name
        path.write_bytes(content)
        path.chmod(mode)
        os.utime(path, (NOW.timestamp(),) * 2)
        return facts

    return change


CLEAR = b"""\
keys: {file: /etc/hotline/master.key}
portal: {unified: {client_secret: offen}}
ivr: {http_secrets: {a: {host: b, value: "sealed:x"}}}
"""


def opened(facts: Facts) -> Facts:
    facts.data.chmod(0o755)
    return facts


OUTSIDE = frozenset({("00000000", 1883)})
CASES: list[tuple[str, Change, str]] = [
    ("files", opened, "others may read what lies in"),
    ("keys", said(GOOD.replace("keys: {file: /etc/hotline/master.key}", "")), "beside the database"),
    ("secrets", touched("secrets/mqtt", mode=0o644), "others may read the secret"),
    ("clear_settings", touched("settings.yaml", CLEAR), "settings.yaml: portal.unified.client_secret stands in clear"),
    ("cryptography", said(GOOD.replace("sm", "international")), "SM2, SM3 and SM4"),
    ("recordings", touched("recordings/2026/b.wav", b"RIFF"), "1 of the first 200"),
    ("plain_http", said(GOOD + "http: {plain: true}"), "plain HTTP"),
    ("plain_speech", said(GOOD + "switch: {bind: 10.0.0.5}"), "on 10.0.0.5"),
    ("broker", said(GOOD + "broker: {url: 'mqtt://a:b@broker'}"), "without TLS"),
    ("broker", said(GOOD + "broker: {url: 'mqtts://broker'}"), "asks for no user"),
    ("second_factor", with_account(account("li", "people.manage", administers=True)), "li administers"),
    ("second_factor", rules("second_factor: roles"), "accounts.second_factor"),
    ("passwords", rules("password_days: 0"), "for ever"),
    ("passwords", rules("password_days: 365"), "for 365 days"),
    ("passwords", rules("lock_after: 9"), "9 wrong passwords"),
    ("passwords", rules("idle_minutes: 120"), "120 minutes"),
    ("first_passwords", with_account(account("1002", password_due=True)), "1002 has the password"),
    ("first_passwords", with_account(account("1002", demo=True)), "1002 has the password"),
    ("first_passwords", touched("accounts.json"), "accounts.json"),
    ("first_passwords", lambda facts: replace(facts, demo=True), "HOTLINE_DEMO_PASSWORD"),
    ("unused", with_account(account("old", seen=NOW - timedelta(days=91))), "old has not signed in"),
    ("duties", with_account(account("all", "*", second_factor=True)), "all has more than one"),
    ("duties", with_account(account("two", "audit.see", "system.manage")), "two has more than one"),
    ("duties", said(GOOD.replace("true", "false")), "one person may be"),
    ("switch_rights", lambda facts: replace(facts, users={"switch": 0}), "the switch runs as root"),
    ("audit", lambda facts: replace(facts, now=NOW + timedelta(hours=13)), "not sealed for 12 hours"),
    ("seals_elsewhere", said(GOOD.replace("udp://10.0.0.9:514", "")), "audit.syslog"),
    ("backups", lambda facts: replace(facts, now=NOW + timedelta(days=2)), "49 hours old"),
    ("backups", touched("backups/hotline-2.backup", b"\x1f\x8b"), "is not sealed"),
    ("clock", lambda facts: replace(facts, synchronised=None), "clock"),
    ("open_ports", lambda facts: replace(facts, listening=OUTSIDE), "port 1883 (broker.port)"),
    ("versions", lambda facts: replace(facts, now=NOW.replace(year=2029)), "Python 3.13"),
]


@pytest.mark.parametrize(("name", "change", "words"), CASES)
def test_what_is_below_is_said_in_words(house: Facts, name: str, change: Change, words: str) -> None:
    found = below(change(house))
    assert any(words in one for one in found.get(name, [])), found
    # What is seen later is older too.
    # The broker's address has its password in clear.
    more = {"versions": "unused", "broker": "clear_settings"}.get(name, name)
    assert set(found) <= {name, "backups", "audit", more}


def test_every_check_has_a_case_above_and_an_area() -> None:
    names = [check.name for check in TABLE]
    assert {name for name, _, _ in CASES} == set(names) and len(set(names)) == len(names)
    assert {check.area for check in TABLE} == {"安全计算环境", "安全通信网络", "安全运维管理"}
    assert all(check.control for check in TABLE)


def test_the_answer_is_for_people_and_for_programs(house: Facts) -> None:
    many = tuple(account(f"a{number}", password_due=True) for number in range(SHOWN + 3))
    found = results(replace(house, accounts=many))
    text = as_text(found)
    assert "GB/T 22239-2019 third level, 安全计算环境 访问控制: a0 has the password that came with the account" in text
    assert "… and 3 more" in text and text.splitlines()[-1].startswith(f"{len(TABLE)} checks: {len(TABLE) - 2} good")
    told = json.loads(as_json(found))
    assert len(told["checks"]) == len(TABLE)
    assert [one["check"] for one in told["checks"] if not one["good"]] == ["first_passwords", "backups"]


def test_listening_sockets_are_read_from_proc() -> None:
    lines = [
        "   0: 0100007F:13AE 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0",
        "   1: 0100007F:13AE 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0",
    ]
    assert list(listening_in(lines)) == [("0100007F", 0x13AE)]


def test_the_user_of_each_process_that_lives_is_known(tmp_path: Path) -> None:
    kept = {"engine": {"process": {"pid": os.getpid()}}, "switch": {"process": {"pid": 2**22 + 1}}, "broker": {}}
    (tmp_path / PROCESSES).write_text(json.dumps(kept), "utf-8")
    assert dict(users(tmp_path)) == {"engine": os.getuid()}
