"""The room's settings before it starts: see `cti.plugins.checking`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cti.base.files.documents import Problem, Where
from cti.base.settings import Settings
from cti.office.workshop.revisions import Revisions
from cti.plugins.checking import Names
from ivr.settings import IvrSettings
from ivr.workshop.library import SHIPPED


def names(settings: Settings) -> Mapping[str, Collection[str]]:
    """The flows: published ones, those that came along, and files that are published when the engine sees them.

    A flow that was withdrawn is none of them, until its file is saved again.
    """
    folder = settings.data / "flows"
    shipped, saved = ({path.stem for path in place.glob("*.yaml")} for place in (SHIPPED, folder))
    kept = Revisions(folder)
    known = shipped | (set(kept.names()) if folder.is_dir() else set())
    return {"flow": saved | {name for name in known if kept.withdrawal(name) is None}}


def check(settings: Settings, names: Names) -> list[Problem]:
    """Queues that nobody knows; DocumentError for all else that is wrong."""
    own = settings.section("ivr", IvrSettings)
    if "queue" not in names:
        return []
    named: list[tuple[Where, str]] = [(("human_queue",), own.human_queue)]
    named += [(("survey", "not_queues", at), queue) for at, queue in enumerate(own.survey.not_queues)]
    return [
        settings.problem(("ivr", *where), f"{'.'.join(map(str, ('ivr', *where)))}: unknown queue {queue!r}")
        for where, queue in named
        if queue not in names["queue"]
    ]
