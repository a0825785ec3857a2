"""Routes: the usual ones, the steps, and what the desk needs."""

from cti.base.http.routes import Route
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.tree.api import tree_routes
from cti.telephony.calls import Calls
from tests.tutorial.matters.service import Categories, Matters
from tests.tutorial.matters.views import MatterFields, MatterView

BASE, CATEGORIES, CALL = "/api/matters", "/api/matter_categories", "/api/matters/calls/{call}"


def routes(matters: Matters, categories: Categories, calls: Calls) -> list[Route]:
    """Matters with their steps, their categories, and what is registered during a call."""

    async def registered(visitor: Visitor, call: str) -> MatterView:
        return await matters.registered(visitor, call)

    async def register(visitor: Visitor, call: str, body: MatterFields) -> MatterView:
        present = calls.of_agent(visitor.agent_no or "")
        if present is None or present.id != call:
            raise Conflict("no_call", "这不是您正在处理的通话")
        return await matters.of_call(visitor, present, body)

    return [
        Route("GET", CALL, registered, matters.edit_permission, "通话中登记的诉求"),
        Route("PUT", CALL, register, matters.edit_permission, "登记当前来电的诉求"),
        *tree_routes(categories, CATEGORIES),
        *record_routes(categories, CATEGORIES),
        *record_routes(matters, BASE),
    ]
