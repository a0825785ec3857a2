"""The screen of timers: what is done by itself, when it is next, and what fails."""

from __future__ import annotations

from cti.office.configuring.service import MANAGE, SEE
from cti.office.screens import Action, Empty, List, Screen, When, columns_of
from cti.office.timers.api import TimersView

SCREENS = (
    Screen(
        name="timers", title="定时任务", group="job_book", icon="calendar-clock", order=31, permission=SEE, kind="list",
        list=List(
            source="/api/timers", id="name",
            columns=columns_of(
                TimersView, "title", "state", "regular", "next_at", "count", "failing", "last_error"
            ),
            empty=Empty(title="没有定时任务"),
            row=(
                Action(
                    name="run", title="立即执行", permission=MANAGE, kind="confirm", path="/api/timers/{name}/run",
                    confirm="现在执行，不等到下次时间？按业务到期的任务只重试失败的。",
                    when=When(key="can_hurry", among=(True,)), done="已安排",
                ),
            ),
        ),
    ),
)  # fmt: skip
