"""A citizen with a telephone says where it is: by the telephone's place, or by a tap on the region's outline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from cti.store.engine import Store
from tests.browser.test_portal import PHONE, looked_at
from tests.workflow.portal.open_portal import CODE, figures_of, open_portal
from tests.workflow.tickets.ticket_town import LEADER
from workflow.bigscreen import maps
from workflow.bigscreen.walls import Walls

pytestmark = pytest.mark.browser
WEST, EAST, SOUTH, NORTH = 119.7, 120.1, 31.6, 32.0


def county(code: str, west: float, east: float) -> dict[str, object]:
    ring = [[west, SOUTH], [east, SOUTH], [east, NORTH], [west, NORTH], [west, SOUTH]]
    return {"type": "Feature", "properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


async def test_he_says_where_it_is(tmp_path: Path, sqlite_store: Store, chromium: Browser) -> None:
    async with open_portal(sqlite_store) as portal:
        walls = Walls(figures_of(portal.town), portal.town.clock, tmp_path)
        both = [county("320404", WEST, 119.9), county("320411", 119.9, EAST)]
        await walls.take_map(maps.drawn(json.dumps({"type": "FeatureCollection", "features": both}), "320400"))
        portal.pages.outline.take(walls)
        refusing = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
        page = await refusing.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(f"{portal.url}/enter?next=/request/new?type=complaint")
        await page.get_by_label("手机号码").fill("13800000001")
        await page.get_by_label("我已阅读并同意").check()
        await page.get_by_role("button", name="获取验证码").click()
        await page.get_by_label("短信验证码").fill(CODE)
        await page.get_by_role("button", name="登录").click()
        await page.get_by_label("诉求内容").fill("路口窨井盖破损，车辆经过有危险")
        # He does not let the page know: no harm is done.
        await page.get_by_role("button", name="用我的位置").click()
        await expect(page.get_by_text("没有获得位置，不影响提交")).to_be_visible()
        await refusing.grant_permissions(["geolocation"])
        await refusing.set_geolocation({"latitude": 31.81124, "longitude": 119.97371, "accuracy": 12})
        await page.get_by_role("button", name="用我的位置").click()
        await expect(page.get_by_text("北纬 31.81124°，东经 119.97371°（误差约 12 米）")).to_be_visible()
        await page.get_by_role("button", name="清除位置").click()
        await expect(page.get_by_text("位置只给办理这件诉求的人员看")).to_be_visible()
        await page.get_by_role("button", name="在地图上标出").click()
        drawing = page.locator("#place-map svg")
        room = await drawing.bounding_box()
        assert room is not None
        await drawing.tap(position={"x": room["width"] * 0.25, "y": room["height"] * 0.5})
        await expect(page.get_by_text("（地图上标出）")).to_be_visible()
        await looked_at(page, "portal-place")
        await page.get_by_role("button", name="提交").click()
        number = await page.locator(".receipt").inner_text()
        ticket = await portal.town.get(LEADER, await portal.id_of(number))
        north, east = map(float, ticket.point.split(","))
        assert abs(east - (WEST + (EAST - WEST) * 0.25)) < 0.005 and abs(north - 31.8) < 0.005, ticket.point
        await page.get_by_role("link", name="查看进度").click()
        await expect(page.locator(f'a[href="geo:{ticket.point}"]')).to_be_visible()
        await looked_at(page, "portal-place-own")
        assert faults == []
        await refusing.close()
