"""One's own arrangement of the desk over HTTP; see `/api/openapi.json`."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from softphone.workspace.keeping import Arrangement, Arrangements

WORK = "agent.work"


def routes(arrangements: Arrangements) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def keep(visitor: Visitor, body: Arrangement) -> None:
        await arrangements.keep(visitor, body)

    return [
        Route("GET", "/api/agent/workspace", arrangements.of, WORK, "本人工作台的布局"),
        Route("PUT", "/api/agent/workspace", keep, WORK, "调整本人工作台的布局"),
    ]
