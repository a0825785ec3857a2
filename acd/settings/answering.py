"""Whether an agent's phone answers a call by itself, by the admin's rule.

The agent's own rule counts, else that of the queue whose call it is, else that of his groups, of which the strictest
(never before always before his choice); without any he chooses, and his phone answers at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from acd.settings.schema import AcdSettings, AgentSettings, AnswerMode, GroupSettings, QueueSettings


@dataclass(frozen=True, slots=True)
class Answering:
    """A rule: `mode`, and after how many seconds of ringing."""

    mode: AnswerMode = "chosen"
    delay: int = 0

    def after(self, *, wished: bool) -> float | None:
        """After how many seconds his phone answers by itself; None when he does."""
        by_itself = self.mode == "always" or (self.mode == "chosen" and wished)
        return float(self.delay) if by_itself else None


_STRICT: tuple[AnswerMode, ...] = ("never", "always", "chosen")


def answering(settings: AcdSettings, agent: AgentSettings, queue: str = "") -> Answering:
    """The rule for a call of `queue` (none: any other call) to an agent."""
    groups = [settings.groups[name] for name in agent.groups if name in settings.groups]
    groups.sort(key=lambda one: _STRICT.index(one.answering) if one.answering else len(_STRICT))
    levels: list[AgentSettings | QueueSettings | GroupSettings] = [agent, *groups]
    if (of_queue := settings.queues.get(queue)) is not None:
        levels.insert(1, of_queue)
    for one in levels:
        if one.answering:
            return Answering(one.answering, one.answer_delay)
    return Answering()
