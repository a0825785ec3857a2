"""The staff's route: try the public site now."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from workflow.portal.probing import Probe

PROBE = "portal.probe"


class StepView(pydantic.BaseModel):
    """A step that was taken; `wrong` is empty when it went well."""

    title: str
    milliseconds: int
    wrong: str


class ProbedView(pydantic.BaseModel):
    """How it went."""

    works: bool
    steps: list[StepView]


def routes(probe: Probe) -> list[Route]:
    """For `hotline probe` (`cti/process/watching/probe_command.py`)."""

    async def now(visitor: Visitor) -> ProbedView:
        found = await probe.once()
        steps = [StepView(title=one.title, milliseconds=one.milliseconds, wrong=one.wrong) for one in found.steps]
        return ProbedView(works=not found.wrong, steps=steps)

    return [Route("GET", "/api/portal/probe", now, PROBE, "试用公众网站")]
