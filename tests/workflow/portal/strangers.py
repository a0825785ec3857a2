"""Asks every route of the public site as somebody whose request it is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cti.base.http.routes import PUBLIC, Route
from cti.web.public_site import PublicSite
from tests.workflow.portal.open_portal import Visitor

NOT_ASKED = ("/leave", "/mine/account/close")
"""What would only sign the stranger out."""


async def asked_everywhere(
    site: PublicSite, ids: Sequence[str], stranger: Visitor, nobody: Visitor, secrets: Sequence[str]
) -> int:
    """Ask all routes with these ids in their paths and bodies; how often. No answer may have one of the secrets."""
    asked = 0
    for endpoint in site.endpoints:
        route = endpoint.route
        if route.path in NOT_ASKED or "/hooks/" in route.path:
            continue
        for id in ids:
            path = re.sub(r"{\w+}", id, route.path)
            for one in (stranger, nobody):
                answer = await one.ask(route.method, path, **_said(route, id, one.csrf))
                asked += 1
                assert not any(secret in answer.text for secret in secrets), (route.method, path)
                if one is nobody and route.permission != PUBLIC:
                    assert answer.status in (303, 401, 403, 415, 422), (route.method, path, answer.status)
    return asked


def _said(route: Route, id: str, csrf: str) -> dict[str, Any]:
    if route.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return {}
    said = {
        "number": id,
        "digits": "0004",
        "content": "停水两天，请尽快恢复",
        "type": "help",
        "form_note": "x",
        "name": "某人",
    }
    if route.page:
        return {"data": {**said, "csrf": csrf}}
    return {"json": said, "headers": {"X-CSRF": csrf}}
