"""The checks: each looks at the facts and names what is below the third level, in words; nothing found is good.

`TABLE` has them in order, each with its area and control point in the general requirements of the third level of GB/T
22239-2019 (信息安全技术 网络安全等级保护基本要求).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cti.base.addresses import is_loopback
from cti.base.ciphers.key_sources import source_of
from cti.base.ciphers.sealed_files import MAGIC, is_sealed
from cti.base.files import documents
from cti.base.files.owner_only import open_to_others
from cti.base.files.sealed_values import MARK
from cti.base.visitor import ALL
from cti.office.identity.audit.seals import FILE as SEALS
from cti.office.identity.demo_accounts import ACCOUNTS
from cti.office.identity.permissions import DUTIES
from cti.process.baseline.facts import Facts, is_open
from cti.store.backups.sealed import SALTED

Look = Callable[[Facts], Iterator[str]]
SHOWN = 5
"""Of many alike so many are named."""
UNUSED, BACKUP, SEAL = timedelta(days=90), timedelta(days=1, hours=6), timedelta(hours=12)
SAMPLE = 200
"""Recordings that are looked at."""
LOOPBACKS = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
"""127.0.0.1, ::1 and ::ffff:127.0.0.1 as /proc/net/tcp writes them."""
SECRET_KEY = re.compile(r"(?!access_key$)(.*_)?(key|secret|token|password)")
"""What secrets in the settings are called; a test holds it against every section of the house."""
PYTHON_ENDS = {(3, 11): 2027, (3, 12): 2028, (3, 13): 2029}
"""The year in whose October a Python has its last security fixes (PEP 664, 693, 719)."""


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the table."""

    name: str
    area: str
    control: str
    look: Look


def files(facts: Facts) -> Iterator[str]:
    """Files of the hotline that others may read."""
    found = [str(path) for path, _ in itertools.islice(open_to_others(facts.data), SHOWN + 1)]
    yield from _named("others may read what lies in {}", found)


def keys(facts: Facts) -> Iterator[str]:
    """Where the master key lies."""
    if source_of(facts.data).kind == "beside":
        yield f"the master key lies beside the database that it seals ({facts.data}): set `keys:`"


def secrets(facts: Facts) -> Iterator[str]:
    """Secrets that others may read."""
    folder = facts.data / "secrets"
    if folder.is_dir():
        yield from _named("others may read the secret {}", [str(one) for one in folder.iterdir() if is_open(one)])


def clear_settings(facts: Facts) -> Iterator[str]:
    """Secrets in the settings' file as they were typed: known by what their keys are called."""
    path = facts.data / "settings.yaml"
    document = documents.load(path) if path.exists() else None
    found = [f"{path}: {key}" for key in _in_clear(document.data)] if document is not None else []
    yield from _named("{} stands in clear: type it again on the page of settings, or `hotline seal`", found)


def _in_clear(values: Any, where: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(values, dict):
        for key, one in values.items():
            yield from _in_clear(one, (*where, str(key)))
    elif isinstance(values, list):
        for number, one in enumerate(values):
            yield from _in_clear(one, (*where, str(number)))
    elif isinstance(values, str) and values and where and not values.startswith(MARK):
        # Also what opens other systems for flows (`http_secrets: {name: {value: …}}`), and passwords in addresses.
        is_secret = (
            SECRET_KEY.fullmatch(where[-1])
            or (where[-1] == "value" and "http_secrets" in where)
            or re.match(r"\w+://[^/@\s:]*:[^/@\s]+@", values)
        )
        yield from [".".join(where)] if is_secret else []


def cryptography(facts: Facts) -> Iterator[str]:
    """Whether data are sealed by national algorithms, as a city's system is to."""
    if facts.settings.house.cryptography != "sm":
        yield "data are sealed by AES and SHA-256; a city's system uses SM2, SM3 and SM4 (`cryptography: sm`)"


def recordings(facts: Facts) -> Iterator[str]:
    """Recordings that lie on the disk as sound."""
    sounds = itertools.islice((facts.data / "recordings").rglob("*.wav"), SAMPLE)
    if clear := sum(not is_sealed(path) for path in sounds):
        yield f"recordings lie on the disk unsealed ({clear} of the first {SAMPLE} looked at)"


def plain_http(facts: Facts) -> Iterator[str]:
    """Passwords over the network in clear."""
    http = facts.settings.house.http
    if http.plain:
        yield "the console may be asked over plain HTTP from elsewhere (`http.plain`)"


def plain_speech(facts: Facts) -> Iterator[str]:
    """SIP beyond this machine without TLS."""
    switch = facts.settings.house.switch
    beyond = [one for one in (switch.bind, switch.bind6) if one and not is_loopback(one)]
    if beyond:
        yield f"SIP and speech of desk phones and trunks are in clear on {', '.join(beyond)}: give them a network apart"


def broker(facts: Facts) -> Iterator[str]:
    """Events over the network in clear, or without a user."""
    url = urlsplit(facts.settings.house.broker.url or "")
    if url.hostname is None:
        return
    if url.scheme != "mqtts" and not is_loopback(url.hostname):
        yield f"events go to the broker {url.hostname} without TLS (`mqtts://`)"
    if not url.username:
        yield f"the broker {url.hostname} asks for no user: its rules cannot tell who publishes"


def second_factor(facts: Facts) -> Iterator[str]:
    """Administrators with a password alone."""
    if facts.settings.house.accounts.second_factor == "roles":
        yield "administrators need no second factor (`accounts.second_factor: admins`)"
    bare = [one.login for one in facts.accounts if one.administers and not one.second_factor]
    yield from _named("{} administers with a password alone", bare)


def passwords(facts: Facts) -> Iterator[str]:
    """The rules for passwords and sessions."""
    found = facts.settings.house.accounts
    if found.shortest < 8:
        yield f"passwords may have {found.shortest} characters (8 at least)"
    if not 0 < found.password_days <= 90:
        yield f"passwords are good for {found.password_days or 'ever, not for 90'} days (90 at most)"
    if found.lock_after > 5:
        yield f"{found.lock_after} wrong passwords are allowed in a row (5 at most)"
    if found.idle_minutes > 30:
        yield f"a session without a request lives {found.idle_minutes:g} minutes (30 at most)"


def first_passwords(facts: Facts) -> Iterator[str]:
    """Passwords that are not their owner's."""
    if (facts.data / ACCOUNTS).exists():
        yield f"first passwords lie in {facts.data / ACCOUNTS}: `hotline run` shows and removes them"
    if facts.demo:
        yield "accounts for trials share one password (HOTLINE_DEMO_PASSWORD)"
    first = [one.login for one in facts.accounts if one.password_due or one.demo]
    yield from _named("{} has the password that came with the account", first)


def unused(facts: Facts) -> Iterator[str]:
    """Accounts that nobody uses."""
    old = [one.login for one in facts.accounts if facts.now - one.seen > UNUSED]
    yield from _named(f"{{}} has not signed in for {UNUSED.days} days: disable the account", old)


def duties(facts: Facts) -> Iterator[str]:
    """System, security and audit in one hand."""
    if not facts.settings.house.accounts.separate_duties:
        yield "one person may be administrator of system, security and audit (`accounts.separate_duties`)"
    several = [one.login for one in facts.accounts if ALL in one.permissions or len(one.permissions & set(DUTIES)) > 1]
    yield from _named("{} has more than one of system, security and audit administration", several)


def switch_rights(facts: Facts) -> Iterator[str]:
    """What the switch may do on this machine."""
    yield from _named("the {} runs as root", sorted(name for name, user in facts.users.items() if user == 0))


def audit(facts: Facts) -> Iterator[str]:
    """Seals of the audit."""
    path = facts.data / SEALS
    if not path.exists() or facts.now - _changed(path) > SEAL:
        yield f"the audit was not sealed for {SEAL.seconds // 3600} hours ({path})"


def seals_elsewhere(facts: Facts) -> Iterator[str]:
    """Whether whoever owns this machine could make the audit anew."""
    if not facts.settings.house.audit.syslog:
        yield "seals of the audit lie on this machine alone: whoever owns it could make the audit anew (`audit.syslog`)"


def backups(facts: Facts) -> Iterator[str]:
    """Whether there is a backup, and how old the newest is."""
    found = sorted((facts.data / "backups").glob("hotline-*"), key=lambda one: one.stat().st_mtime)
    if not found:
        yield "there is no backup in backups/ (`hotline backup`); one that is written elsewhere is not seen here"
        return
    age = facts.now - _changed(found[-1])
    if age > BACKUP:
        yield f"the newest backup is {age.days * 24 + age.seconds // 3600} hours old (a day at most)"
    with found[-1].open("rb") as file:
        if file.read(len(MAGIC)) not in (MAGIC, SALTED):
            yield f"the backup {found[-1].name} is not sealed"
    if found[-1].stat().st_dev == facts.data.stat().st_dev:
        yield f"backups lie on the disk that they save ({found[-1].parent}): mount another machine's there"


def clock(facts: Facts) -> Iterator[str]:
    """Time that others share."""
    if facts.synchronised is not True:
        yield "nothing shows that this machine's clock follows another (systemd-timesyncd, chrony)"


def open_ports(facts: Facts) -> Iterator[str]:
    """What should be reached from this machine alone, and can be from elsewhere."""
    inner = {one.port: one.name for one in facts.settings.house.listening if is_loopback(one.host)}
    for address, port in sorted(facts.listening):
        if port in inner and address not in LOOPBACKS:
            yield f"port {port} ({inner[port]}) is reached from elsewhere"


def versions(facts: Facts) -> Iterator[str]:
    """Programs without security fixes."""
    ends = PYTHON_ENDS.get(facts.python)
    if ends is not None and facts.now >= datetime(ends, 11, 1, tzinfo=UTC):
        yield f"Python {'.'.join(map(str, facts.python))} has had no security fixes since October {ends}"


TABLE = (
    Check("second_factor", "安全计算环境", "身份鉴别", second_factor),
    Check("passwords", "安全计算环境", "身份鉴别", passwords),
    Check("plain_http", "安全计算环境", "身份鉴别", plain_http),
    Check("first_passwords", "安全计算环境", "访问控制", first_passwords),
    Check("unused", "安全计算环境", "访问控制", unused),
    Check("duties", "安全计算环境", "访问控制", duties),
    Check("files", "安全计算环境", "访问控制", files),
    Check("switch_rights", "安全计算环境", "访问控制", switch_rights),
    Check("audit", "安全计算环境", "安全审计", audit),
    Check("seals_elsewhere", "安全计算环境", "安全审计", seals_elsewhere),
    Check("clock", "安全计算环境", "安全审计", clock),
    Check("open_ports", "安全计算环境", "入侵防范", open_ports),
    Check("versions", "安全计算环境", "入侵防范", versions),
    Check("plain_speech", "安全通信网络", "通信传输", plain_speech),
    Check("broker", "安全通信网络", "通信传输", broker),
    Check("recordings", "安全计算环境", "数据保密性", recordings),
    Check("keys", "安全计算环境", "数据保密性", keys),
    Check("secrets", "安全计算环境", "数据保密性", secrets),
    Check("clear_settings", "安全计算环境", "数据保密性", clear_settings),
    Check("backups", "安全计算环境", "数据备份恢复", backups),
    Check("cryptography", "安全运维管理", "密码管理", cryptography),
)


def _named(words: str, found: list[str]) -> Iterator[str]:
    """A sentence for each of a few, and how many more there are."""
    for one in found[:SHOWN]:
        yield words.format(one)
    if len(found) > SHOWN:
        yield f"… and {len(found) - SHOWN} more"


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
