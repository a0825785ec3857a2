import argparse
import json

import pytest

from cti.base.clock import LoopClock
from cti.base.refusal import NotSignedIn
from cti.office.identity import commands
from cti.office.identity.demo import make_demo, name_of
from tests.cti.office.identity.conftest import BROWSER


def accounts(path):
    return {one["login"]: one for one in json.loads(path.read_text("utf-8"))["accounts"]}


async def test_the_first_start_makes_accounts_and_the_second_none(identity, tmp_path):
    path = await make_demo(identity, tmp_path, "city", count=3)
    assert path is not None and path.stat().st_mode & 0o777 == 0o600
    found = accounts(path)
    assert list(found) == ["1001", "1002", "1003", "8001", "admin"]
    assert len({one["password"] for one in found.values()}) == 5
    assert (found["1001"]["name"], found["1002"]["name"]) == ("王芳", "李娜")
    for login in ("1001", "8001", "admin"):
        visitor, _ = await identity.sessions.sign_in(login, found[login]["password"], "::1", BROWSER)
        assert visitor.must[0] == "password"
        assert visitor.agent_no == found[login]["agent_no"]
    assert [one.agent_no for one in await identity.people.agents()] == ["1001", "1002", "1003", "8001"]
    assert await make_demo(identity, tmp_path, "city") is None


def test_names_of_many_agents_differ():
    assert len({name_of(number) for number in range(300)}) == 300


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run `hotline user …` on a data directory of its own; the exit code and what it printed."""
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path))

    def run(*words):
        parser = argparse.ArgumentParser()
        commands.add_commands(parser.add_subparsers())
        parsed = parser.parse_args(["user", *words])
        code = parsed.run(parsed)
        said = capsys.readouterr()
        return code, [line for line in said.out.splitlines() if "\t" in line or " " not in line], said.err

    return run


def test_accounts_are_made_listed_and_given_passwords_on_the_command_line(command):
    code, lines, _ = command("add", "Li.Na", "--name", "李娜", "--role", "agent", "--agent-no", "1001")
    login, password = lines[-1].split("\t")
    assert (code, login) == (0, "li.na") and len(password) == 14
    code, lines, _ = command("list")
    assert lines[-1].split("\t") == ["li.na", "李娜", "1001", "city", "agent", "enabled"]
    code, lines, _ = command("password", "li.na")
    assert code == 0 and lines[-1] != password


def test_a_refusal_is_told_and_fails(command):
    code, _, error = command("add", "x1", "--name", "x", "--role", "king")
    assert code == 1 and "no_role" in error
    code, _, error = command("password", "nobody")
    assert code == 1 and "no_person" in error


async def test_identity_opens_on_a_new_store_with_plugins_permissions(sqlite_store):
    from cti.base.bus import Bus
    from cti.office.identity.service import Identity
    from tests.cti.office.identity.conftest import CITY

    identity = await Identity.open(sqlite_store, Bus(), LoopClock(), CITY, {"tickets.see": "查看工单"})
    assert identity.permissions["tickets.see"] == "查看工单" and "people.see" in identity.permissions
    again = await Identity.open(sqlite_store, Bus(), LoopClock(), CITY)
    with pytest.raises(NotSignedIn):
        await again.sessions.sign_in("admin", "x", "::1", BROWSER)
    identity.close()
    again.close()
