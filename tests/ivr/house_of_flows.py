"""Flows, their figures and their routes on a real web host, without calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from cti.base.clock import LoopClock
from cti.base.http.guard import COOKIE, csrf_of
from cti.base.numbers.number_plan import NumberPlan
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import CalledNumber
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.store.engine import Store
from cti.testing.tables import migrated
from cti.web import Web
from ivr.api import FlowsApi
from ivr.definition.routing import Routing
from ivr.figures.live import FlowLive
from ivr.figures.statistics import FlowStatistics
from ivr.house_api import HouseApi
from ivr.lint import Known
from ivr.reach.surroundings import Surroundings
from ivr.service import FlowService
from ivr.topics import FLOWS
from ivr.workshop.calendar_desk import CalendarDesk
from ivr.workshop.checking import FlowChecks
from ivr.workshop.library import FlowLibrary
from ivr.workshop.owning import Owning
from ivr.workshop.routing_desk import RoutingDesk
from ivr.workshop.uses import FlowUses, by_numbers
from tests.ivr.trying import WORDS

ROOT = Path(__file__).parents[2]


def visitor(login: str, *permissions: str, organisation: str = "city", scope: Scope = EVERYTHING) -> Visitor:
    rights = frozenset(f"flows.{one}" for one in permissions)
    return Visitor(login, login, login, None, organisation, "320400", permissions=rights, scope=scope, session=login)


PEOPLE = {
    "admin": visitor("admin", "read", "edit", "publish"),
    "reader": visitor("reader", "read"),
    "nobody": visitor("nobody"),
    "county": visitor(
        "county", "read", "edit", "publish", organisation="east", scope=Scope(organisations=frozenset({"east"}))
    ),
}


class Sessions:
    """Whoever says so is it."""

    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        return PEOPLE.get(token)


@dataclass
class HouseOfFlows:
    """The parts, and a client."""

    library: FlowLibrary
    statistics: FlowStatistics
    store: Store
    routing: Routing
    folder: Path
    web: Web
    client: aiohttp.ClientSession

    async def ask(self, who: str, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """The answer's JSON; its status must be this one."""
        headers = {"Cookie": f"{COOKIE}={who}", "X-CSRF": csrf_of(who)}
        url = f"http://127.0.0.1:{self.web.port}{path}"
        async with self.client.request(method, url, json=body, headers=headers) as answer:
            assert answer.status == status, f"{method} {path}: {answer.status} {await answer.text()}"
            return await answer.json(content_type=None) if answer.status != 204 else None

    @asynccontextmanager
    async def live(self, who: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A socket that has subscribed to the topic."""
        url, headers = f"http://127.0.0.1:{self.web.port}/ws", {"Cookie": f"{COOKIE}={who}"}
        async with self.client.ws_connect(url, headers=headers) as socket:
            await socket.send_json({"subscribe": FLOWS.name})
            yield socket


@asynccontextmanager
async def house_of_flows(folder: Path) -> AsyncIterator[HouseOfFlows]:
    """All of it, in a folder."""
    (folder / "none").mkdir()
    store = await Store.open(None, folder)
    await migrated(store, [ROOT / "cti" / "identity"])
    library = FlowLibrary(
        folder / "flows", known=lambda flows: Known(flows=flows), texts=WORDS, shipped=folder / "none"
    )
    statistics, clock, owning = FlowStatistics(), LoopClock(), Owning("city", "320400")
    audit, surroundings, routing = Audit(store, clock), Surroundings(clock), Routing()
    plan = NumberPlan({"12345": CalledNumber(flow="small"), "12328": CalledNumber(flow="small", organisation="east")})
    uses = FlowUses()

    async def numbers(name: str) -> list[str]:
        return list(by_numbers(plan, routing, name))

    uses.add(numbers)
    flows = FlowService(library, statistics, clock, store, audit, owning, uses)
    desk = RoutingDesk(folder / "routing.yaml", routing, library, surroundings, plan, store, audit, owning)
    web = Web(Sessions())
    web.add(FlowsApi(flows, FlowChecks(library, statistics, WORDS, surroundings), desk).routes())
    book = CalendarDesk(folder / "calendars.yaml", library, surroundings, routing, store, audit, owning)
    web.add(HouseApi(flows, library, WORDS, book).routes())
    live = FlowLive(statistics, web.hub, flows.may_count, flows.today)
    web.hub.add(FLOWS.served(live.snapshot, live.sees))
    statistics.on_change(live.changed)
    await web.start("127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield HouseOfFlows(library, statistics, store, routing, folder, web, client)
    await web.stop()
    await store.close()
