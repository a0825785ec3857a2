"""Learning on a real store and a real library of flows, on virtual time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from cti.office.records import Office
from cti.store.engine import Store
from ivr.figures.statistics import FlowStatistics
from ivr.reach.turns import FlowTold, HandedOver, TalkOver, TalkRated, TurnAnswered, TurnTaken
from ivr.service import FlowService
from ivr.workshop.library import FlowLibrary
from ivr.workshop.owning import Owning
from ivr.workshop.uses import FlowUses
from tests.ivr.trying import WORDS
from tests.office import BOSS, office_on
from workflow.learning.asking import Asking
from workflow.learning.changes import FlowChanges
from workflow.learning.groups import BotTurns, TurnGroups
from workflow.learning.intake import Intake
from workflow.learning.titles import Titles
from workflow.learning.views import GroupQuery, GroupView

FLOW = """\
# Kept as it is written.
flow: town
title: 在线
start: begin
default: bye
human: bye
nodes:
  begin:
    note: 问什么
    ask: [{text: 请问您要咨询什么？}]
    intents:
      water: {next: water, title: 停水, words: [停水], examples: [家里没有水]}   # the works
      fund:
        next: fund   # money
        title: 公积金
        examples:
          - 公积金怎么取
    unknown: bye
    timeout: bye
  water: {say: [{text: 城东今晚停水。}], next: bye}
  fund: {say: [{text: 购房可以提取。}], next: bye}
  bye: {end: served}
tests:
  - {name: 停水, medium: chat, do: say 停水了吗, visits: [water]}
  - {name: 提取, medium: chat, do: say 公积金怎么取啊, visits: [fund]}
"""


class LearningPlace:
    """All services."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        folder.mkdir()
        self.library = FlowLibrary(folder, texts=WORDS, deliver=False)
        self.library.publish(FLOW, author="test", message="begins")
        self.flows = FlowService(
            self.library, FlowStatistics(), office.clock, office.store, office.audit, Owning("city", "320400"),
            FlowUses(),
        )  # fmt: skip
        titles = Titles(self.library)
        self.turns, self.groups = BotTurns(office, titles), TurnGroups(office, titles)
        self.changes = FlowChanges(office, self.groups, self.flows, self.library, titles)
        self.asking = Asking(self.groups, self.flows, titles)
        self.intake = Intake(office, self.library)
        self._tick = 0

    def at(self) -> dict[str, Any]:
        """A moment after those before."""
        self._tick += 1
        return {
            "at": self.office.clock.wall() + timedelta(seconds=self._tick), "medium": "chat", "organisation": "city",
            "region": "320400",
        }  # fmt: skip

    def said(self, text: str, how: Any = "unknown", call: str = "C1", intent: str = "", **where: Any) -> TurnTaken:
        """A turn at the first question."""
        values = {"flow": "town", "revision": 1, "node": "begin", "sure": 0.9 if intent else 0.0, **where}
        return TurnTaken(call=call, text=text, how=how, intent=intent, **self.at(), **values)

    def answered(self, call: str = "C1") -> TurnAnswered:
        """By the knowledge base."""
        return TurnAnswered(call=call, flow="answers", **self.at())

    def handed(self, call: str = "C1") -> HandedOver:
        """To people."""
        return HandedOver(call=call, **self.at())

    def rated(self, score: int, call: str = "C1") -> TalkRated:
        """By the citizen."""
        return TalkRated(call=call, score=score, **self.at())

    def over(self, call: str = "C1") -> TalkOver:
        """The end."""
        return TalkOver(call=call, **self.at())

    async def open_groups(self) -> list[GroupView]:
        """What waits, the largest first."""
        return (await self.groups.find(BOSS, GroupQuery(state="open"))).items

    async def take(self, *told: FlowTold) -> list[str]:
        """All in one batch."""
        return await self.intake.take(told)


async def place_on(store: Store, tmp_path: Path) -> LearningPlace:
    """One whose library is read."""
    office = await office_on(store, "learning")
    return await asyncio.to_thread(LearningPlace, office, tmp_path / "flows")
