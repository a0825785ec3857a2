import pytest

from cti.base.refusal import Invalid, NotAllowed
from cti.base.visitor import system
from cti.office.identity.api.imports import PeopleImported
from cti.office.identity.screens import SCREENS
from cti.office.sheets import writing
from tests.cti.office.identity.conftest import BROWSER

ROOT = system("root")
TITLES = ["账号*", "姓名", "工号", "机构", "角色", "自动应答", "初始密码", "备注"]


@pytest.fixture
def sheet(tmp_path):
    async def make(*rows, titles=TITLES):
        path = tmp_path / "people.xlsx"
        path.write_bytes(await writing.write(titles, rows))
        return path

    return make


async def run(identity, visitor, file, *, store):
    return await (await identity.importing(visitor)).run(file, store=store)


async def test_a_preview_tells_all_and_stores_nothing_then_the_right_rows_are_stored(identity, sheet, add):
    await add("taken", agent_no="1001")
    file = await sheet(
        ["wang", "王芳", 1002, "区政府", "座席", "是", "", "x"],
        ["li", "李娜", "", "village", "座席、agent", "", "Green-tea-at-9"],
        ["taken", "王敏", "", "区政府", "座席"],
        ["zhao", "赵强", 1001, "区政府", "座席"],
        ["wang", "王军", "", "区政府", "座席"],
        ["a b", "陈洋", "", "区政府", "座席"],
        ["no1", "陈洋", "", "无此机构", "座席"],
        ["no2", "陈洋", "", "区政府", "国王"],
        ["no3", "陈洋", "", "区政府", "管理员"],
        ["no4", "", "", "区政府", "座席"],
        ["no5", "陈洋", "", "区政府", "座席", "也许"],
        ["no6", "陈洋", "", "区政府", "座席", "否", "weak"],
    )
    seen = await run(identity, ROOT, file, store=False)
    wrong = [(one.row, one.field) for one in seen.problems]
    assert wrong == [
        (4, "账号"), (5, "工号"), (6, "账号"), (7, "账号"), (8, "机构"), (9, "角色"), (10, "角色"), (11, "姓名"),
        (12, "自动应答"), (13, "初始密码"),
    ]  # fmt: skip
    assert len(seen.rows) == 12 and seen.made == () and "初始密码" not in seen.columns
    assert (await identity.people.search(ROOT)).total == 1
    done = await run(identity, ROOT, file, store=True)
    assert [(one.row, one.field) for one in done.problems] == wrong
    assert [one.login for one in done.made] == ["wang", "li"]
    for made in done.made:
        visitor, _ = await identity.sessions.sign_in(made.login, made.password, "10.0.0.1", BROWSER)
        assert visitor.must == ("password",)
    assert done.made[1].password == "Green-tea-at-9"
    wang = await identity.people.by_login(ROOT, "wang")
    assert (wang.organisation, wang.agent_no, wang.roles, wang.auto_answer) == ("county", "1002", ("agent",), True)


async def test_all_that_is_wrong_with_a_person_is_told(identity, sheet, add):
    """Only the first of several faults of a row was told; a file was mended and tried again fault by fault."""
    await add("taken", agent_no="1001")
    file = await sheet(["taken", "x" * 41, "1001", "无此机构", "国王、皇帝", "也许", "weak"], ["a b", "", "x", "", ""])
    for store in (False, True):
        seen = await run(identity, ROOT, file, store=store)
        told = {(one.row, one.field): one.detail for one in seen.problems}
        assert set(told) == {
            (2, "账号"), (2, "姓名"), (2, "工号"), (2, "机构"), (2, "角色"), (2, "自动应答"), (2, "初始密码"),
            (3, "账号"), (3, "姓名"), (3, "工号"), (3, "机构"), (3, "角色"),
        }  # fmt: skip
        assert told[2, "角色"].endswith("国王、皇帝") and "也许" in told[2, "自动应答"] and seen.made == ()


async def test_passwords_that_the_server_made_are_answered_and_the_console_is_told_to_keep_them(identity, sheet):
    """The console threw them away, so nobody could give the new people their first password."""
    done = await run(identity, ROOT, await sheet(["wang", "王芳", "", "区政府", "座席"]), store=True)
    assert [(one.login, bool(one.password)) for one in done.made] == [("wang", True)]
    people = next(one for one in SCREENS if one.name == "people")
    action = next(one for one in people.list.actions if one.name == "import")
    assert action.shows in PeopleImported.model_fields
    assert [one.key for one in action.sheet] == ["login", "name", "password"]


async def test_a_county_admin_imports_into_his_county_alone(identity, sheet, visit):
    county = await visit("li", organisation="county", roles=["county_admin"])
    file = await sheet(
        ["wang", "王芳", "", "街道", "座席"],
        ["out", "王芳", "", "市卫健委", "座席"],
        ["up", "王芳", "", "街道", "管理员"],
    )
    done = await run(identity, county, file, store=True)
    assert [one.login for one in done.made] == ["wang"]
    assert [(one.row, one.field) for one in done.problems] == [(3, "机构"), (4, "角色")]
    agent = await visit("1001")
    with pytest.raises(NotAllowed):
        await run(identity, agent, file, store=False)


async def test_what_is_no_such_sheet_is_refused(identity, sheet, tmp_path):
    for titles in (["账号", "姓名"], ["x"]):
        with pytest.raises(Invalid, match="缺少"):
            await run(identity, ROOT, await sheet(["a"], titles=titles), store=False)
    with pytest.raises(Invalid):
        await run(identity, ROOT, await sheet(titles=[]), store=False)
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(b"PK nothing")
    with pytest.raises(Invalid) as caught:
        await run(identity, ROOT, wrong, store=False)
    assert caught.value.field == "file"
