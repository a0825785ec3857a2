"""The next month's roster: made by the solver, published, one shift given to a colleague, one agent on leave."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from playwright.async_api import expect

from cti.base.times.business_time import ZONE
from trials.api import Api
from trials.course import Failed
from trials.hands import PATIENCE, Hands

MONTHS, TABLE = "/api/roster/months", "/api/roster/table"
COVER = 0.98
"""Of all needs, at the least."""
SOLVED_WITHIN = 120.0


def following() -> str:
    """The next month."""
    return f"{(datetime.now(ZONE).date().replace(day=1) + timedelta(days=32)):%Y-%m}"


async def generated(leader: Hands, api: Api, people: dict[str, str]) -> str:
    """At the screen; returns its id. The leader himself takes no shifts."""
    await api.ask("POST", "/api/roster/terms", {"person": people[api.login], "planned": False})
    page = leader.page
    await leader.open("/roster_months")
    await page.get_by_test_id("create").click()
    dialog = page.get_by_role("dialog")
    await leader.fill(dialog, {"month": following(), "types": "热线排班"})
    await dialog.get_by_text("新增值班表").first.click()
    await dialog.get_by_test_id("form-save").click()
    await expect(dialog).to_have_count(0, timeout=PATIENCE)
    (made,) = (await api.ask("GET", MONTHS))["items"]
    id = str(made["id"])
    await leader.open(f"/roster_months/{id}")
    await page.get_by_test_id("action-generate").click()
    await page.get_by_role("dialog").get_by_role("button", name="自动生成").click()
    await expect(page.get_by_text("正在生成").first).to_be_visible(timeout=PATIENCE)
    await leader.picture("roster-making")
    async with asyncio.timeout(SOLVED_WITHIN):
        while (found := await api.ask("GET", f"{MONTHS}/{id}"))["state"] == "making":
            await asyncio.sleep(0.5)
    if found["state"] != "ready" or found["cover"] < COVER:
        raise Failed(f"the roster of 60 agents covers {found['cover']}: {found}")
    return id


async def table(api: Api, first: str, last: str) -> Any:
    """These days of the next month."""
    return await api.ask("GET", f"{TABLE}?from={following()}-{first}&to={following()}-{last}")


async def published(leader: Hands, id: str) -> None:
    """At the screen."""
    await leader.act(f"/roster_months/{id}", "发布")
    await expect(leader.page.get_by_text("已发布").first).to_be_visible(timeout=PATIENCE)
    page = leader.page
    await leader.open(f"/roster?day={following()}-09")
    await page.locator("[data-person]").first.wait_for()
    await leader.both("roster-week")
    await page.get_by_text("月", exact=True).click()
    await page.wait_for_load_state("networkidle")
    await leader.both("roster-month")
    await page.get_by_text("按班次").click()
    await leader.both("roster-slots")


async def covered(leader: Hands, api: Api, people: dict[str, str], agents: dict[str, Api]) -> str:
    """One asks a colleague who may take his shift, who agrees; the leader approves: it is his. Returns the day."""
    found = await table(api, "05", "25")
    asking, other, shift = await _free(found, api, people, agents)
    body = {"way": "cover", "shift": shift["id"], "other": people[other], "reason": "孩子开家长会"}
    asked = await agents[asking].ask("POST", "/api/roster/swaps", body)
    await agents[other].ask("POST", f"/api/roster/swaps/{asked['id']}/agree")
    # Everybody works the hours of his contract: one more shift in a week wants the leader's reason.
    why = {"opinion": "家长会，特批；当月调休一天"}
    await leader.act(f"/roster_swaps/{asked['id']}", "批准", why, picture="roster-swap")
    now = {(one["day"], one["person"]): one["slot"] for one in (await table(api, "05", "25"))["shifts"]}
    if now.get((shift["day"], people[other])) != shift["slot"] or (shift["day"], people[asking]) in now:
        raise Failed(f"the shift of {shift['day']} did not go over")
    return str(shift["day"])


async def _free(found: Any, api: Api, people: dict[str, str], agents: dict[str, Api]) -> tuple[str, str, Any]:
    """Whose shift goes over, to whom, and the shift: the table's own check says that it is possible."""
    busy = {(one["person"], one["day"]) for one in found["shifts"]}
    logins = {people[login]: login for login in agents}
    for one in found["shifts"]:
        if one["night"] or one["person"] not in logins:
            continue
        for login in (it for it in agents if (people[it], one["day"]) not in busy):
            moves = [
                {"person": one["person"], "day": one["day"], "slot": ""},
                {"person": people[login], "day": one["day"], "slot": one["slot"]},
            ]
            said = await api.ask("POST", f"{TABLE}/check", {"moves": moves})
            if not said["faults"] and not any("只休息 0 " in one for one in said["warnings"]):
                return logins[one["person"]], login, one
    raise Failed("nobody is free to take over a shift")


async def on_leave(leader: Hands, agent: Hands, api: Api, people: dict[str, str], asking: Api) -> None:
    """Asked for at his page, approved at the leader's, seen in the table; need of that day is told anew."""
    found = await table(api, "08", "20")
    day = next(one["day"] for one in found["shifts"] if one["person"] == people[asking.login])
    body = {"kind": "sick", "begins": day, "ends": day, "reason": "体检"}
    asked = await asking.ask("POST", "/api/roster/leaves", body)
    await leader.act(f"/roster_leaves/{asked['id']}", "批准", picture="roster-leave")
    away = (await table(api, day[-2:], day[-2:]))["away"]
    if not any(one["person"] == people[asking.login] and one["approved"] for one in away):
        raise Failed(f"the leave of {day} is not in the table")
    await agent.open("/roster_leaves")
    await expect(agent.page.get_by_text("体检").first).to_be_visible(timeout=PATIENCE)
