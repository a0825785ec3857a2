"""Units of delivered figures: 件 is a request or a task of one, calls and talks are 次, articles and messages 条."""

from __future__ import annotations

import re

from tests.office import ROOT


def test_pieces_are_requests_alone() -> None:
    found = {}
    for path in ROOT.glob("[cw]*/*/figures/*.yaml"):
        said = dict(re.findall(r"^(unit|source): (\w+)", path.read_text("utf-8"), re.MULTILINE))
        found[path.stem] = said["unit"], said["source"]
    assert len(found) > 80
    assert {source for unit, source in found.values() if unit == "count"} == {"tickets", "ticket_tasks"}
    assert found["calls_arrived"][0] == "times"
