"""As whom a switch or broker runs that root starts, and what it may do."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

import pytest

from cti.process import own_user as module
from cti.process.baseline.facts import user_of
from cti.process.confinement import is_possible
from cti.process.own_user import DEFAULT, NUMBER, OwnUser, own_user, restricted

SHELL = Path("/bin/sh")
LINES = "while read line; do echo $line; done <"
"""`cat` in the shell's own words: it may start no program."""
needs_root = pytest.mark.skipif(own_user(DEFAULT) is None, reason="we are not root, or have not all of its rights")


def run(script: str, reads: list[Path], writes: list[Path], *, low_ports: bool = False) -> list[str]:
    """What a shell prints that has these rights."""
    done = subprocess.run(
        [str(SHELL), "-c", script],
        preexec_fn=restricted(SHELL, own_user(DEFAULT), reads, writes, low_ports=low_ports),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


@needs_root
@pytest.mark.parametrize(("low_ports", "rights"), [(False, 1 << 2), (True, 1 << 2 | 1 << 10)])
def test_it_is_not_root_and_keeps_the_right_to_read(low_ports: bool, rights: int) -> None:
    """Switch and broker ran as root: whoever talked one of them into something had the machine."""
    user = own_user(DEFAULT)
    assert user is not None
    lines = run(f"{LINES} /proc/$$/status", [], [], low_ports=low_ports)
    found = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    assert found["Uid"] == [str(user.uid)] * 4
    assert found["Gid"] == [str(user.gid)] * 4
    assert found["Groups"] == []
    for name in ("CapEff", "CapPrm", "CapAmb"):
        assert int(found[name][0], 16) == rights, name


@needs_root
def test_below_a_folder_of_roots_alone_it_reads_and_writes_what_is_its_own(tmp_path: Path) -> None:
    """A hotline in /root, its programs too, is what a first try is."""
    home = tmp_path / "root"
    settings, sounds, log, key = (home / "data" / name for name in ("etc", "recordings", "log", "master.key"))
    for folder in (settings, sounds, log):
        folder.mkdir(parents=True)
    for file in (settings / "switch.conf", sounds / "old.wav", key):
        file.write_text("words\n", "utf-8")
        file.chmod(0o600)
    (log / "link").symlink_to(key)
    home.chmod(0o700)
    script = (
        f"{LINES} {settings}/switch.conf; (echo more >> {sounds}/old.wav) && echo kept; (echo new > {log}/new) && echo"
        f" written; (echo evil > {settings}/switch.conf) && echo changed; (echo evil > {key}) && echo broken"
    )
    assert run(script, [settings], [sounds, log]) == ["words", "kept", "written"]
    assert key.stat().st_uid == 0, "a link in a folder of its own makes nothing else its own"
    if is_possible():
        for closed in (key, log / "link", Path("/etc/shadow")):
            assert run(f"{LINES} {closed}", [settings], [sounds, log]) == []


def test_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_may_become", lambda user: True)
    with pytest.raises(LookupError, match="no user 'hotlnie'"):
        own_user("hotlnie")
    assert own_user("root") is None
    assert own_user("0") is None
    assert own_user("4711") == OwnUser(4711, 4711)
    monkeypatch.setattr(pwd, "getpwnam", lambda name: pwd.struct_passwd((name, "", 977, 976, "", "", "")))
    assert own_user(DEFAULT) == OwnUser(977, 976)

    def nobody(name: str) -> pwd.struct_passwd:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", nobody)
    assert own_user(DEFAULT) == OwnUser(NUMBER, NUMBER)
    monkeypatch.setattr(module, "_may_become", lambda user: False)
    assert own_user(DEFAULT) is None, "nothing changes for who is not root"
    assert user_of(os.getpid()) == os.geteuid()
