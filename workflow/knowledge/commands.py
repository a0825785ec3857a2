"""`hotline knowledge`: try the search, measure it on kept questions, and learn the weights of its ranking."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cti.base.ciphers.cipher import KeyProblem
from cti.base.files.documents import DocumentError
from workflow.knowledge.command_room import CommandRoom, command_room, tables
from workflow.knowledge.meaning_commands import encode, tell

KIND = "knowledge"


def add_commands(commands: Any) -> None:
    """Add `hotline knowledge` with its verbs."""
    below = commands.add_parser(KIND, help="the search of the knowledge base").add_subparsers(
        required=True, metavar="COMMAND"
    )
    trying = below.add_parser("try", help="what is found for a question, and why; without one, how good the search is")
    trying.add_argument("words", nargs="?", default="", metavar="QUESTION")
    trying.add_argument("--ranking", metavar="FILE", help="a ranking that is not published, beside the published one")
    trying.set_defaults(run=lambda arguments: _run(_try(arguments.words, arguments.ranking)))
    fitting = below.add_parser(
        "fit", help="learn weights on one half of the kept questions, told on the other; published by nobody but you"
    )
    fitting.add_argument("--out", metavar="FILE", required=True, help="where the ranking is written")
    fitting.set_defaults(run=lambda arguments: _run(_fit(Path(arguments.out))))
    index = below.add_parser(
        "index", help="make the index of all published articles in a folder, as the engine has it done for itself"
    )
    index.add_argument("folder", metavar="FOLDER")
    index.set_defaults(run=lambda arguments: _run(_index(Path(arguments.folder))))
    vectors = below.add_parser(
        "vectors", help="encode what articles mean, as the engine has it done for itself: these, or all"
    )
    vectors.add_argument("ids", nargs="*", metavar="ID")
    vectors.set_defaults(run=lambda arguments: _run(encode(arguments.ids)))
    model = below.add_parser("model", help="the model of what is meant: --install fetches the one of the settings")
    model.add_argument("--install", action="store_true")
    model.set_defaults(run=lambda arguments: tell(arguments.install))


def _run(work: Any) -> int:
    try:
        return int(asyncio.run(work))
    except (KeyProblem, DocumentError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 1


async def _index(folder: Path) -> int:
    """Whoever waits reads how many articles are done, a line each time."""
    from workflow.knowledge.finding.filling import make

    async with tables() as (_, _, articles):
        await make(articles.every(), folder, lambda done: print(done, flush=True))
    return 0


async def _try(words: str, file: str | None) -> int:
    from workflow.knowledge.finding.ranking import USED

    async with command_room() as room:
        published = room.rankings.current(USED).head
        tried = _ranking(room, Path(file)) if file else published
        meant = await room.meant([words] if words else [one.asked for one in room.judged])
        if words:
            return _told(room, words, tried, meant)
        return _measured(room, published, tried, meant)


def _ranking(room: CommandRoom, path: Path) -> Any:
    from cti.office.workshop.kept import errors

    found, findings = room.rankings.check(path.read_text("utf-8"), str(path))
    if wrong := errors(findings):
        raise ValueError("\n".join(map(str, wrong)))
    return found.head


def _told(room: CommandRoom, words: str, ranking: Any, meant: Mapping[str, Any]) -> int:
    from workflow.knowledge.finding.index import EVERYTHING

    found = room.searching.search(words, ranking.search, EVERYTHING, most=10, meant=meant.get(words))
    for place, hit in enumerate(found.found, 1):
        signs = " ".join(f"{name} {value:.2f}" for name, value in hit.signs.items() if value)
        print(f"{place:>2}  {hit.score:7.2f}  {room.titles.get(hit.id, hit.id)}\n             {signs}")
    print(_modelled(room, meant), file=sys.stderr)
    print(f"{found.total} found in {len(room.titles)} articles", file=sys.stderr)
    return 0 if found.found else 1


def _measured(room: CommandRoom, published: Any, tried: Any, meant: Mapping[str, Any]) -> int:
    from workflow.knowledge.finding.index import EVERYTHING
    from workflow.knowledge.finding.judging import MOST_RANKS, quality, ranks

    if not room.judged:
        print("no kept questions: see the page 评测问法", file=sys.stderr)
        return 1
    for name, ranking in (("published", published), ("tried", tried))[: 1 if tried is published else 2]:

        def ask(words: str, by: Any = ranking.search) -> list[str]:
            found = room.searching.search(words, by, EVERYTHING, most=MOST_RANKS, counted=False, meant=meant.get(words))
            return [hit.id for hit in found.found]

        print(_line(name, quality(ranks(room.judged, ask))))
    return 0


def _modelled(room: CommandRoom, meant: Mapping[str, Any]) -> str:
    if room.searching.vectors is None:
        return "by words alone: there is no model, see `hotline knowledge model`"
    if not meant:
        return f"by words alone: {room.questions.trouble or 'the model did not answer in time'}"
    return f"by words and by what is meant: {len(room.searching.vectors)} pieces are encoded"


def _line(name: str, found: Any) -> str:
    return f"{name:<24}{found.questions:>6} questions  @1 {found.first:.3f}  @5 {found.five:.3f}  MRR {found.mrr:.3f}"


async def _fit(out: Path) -> int:
    from workflow.knowledge.finding.fitting import fit
    from workflow.knowledge.finding.ranking import USED

    async with command_room() as room:
        found = room.rankings.current(USED)
        meant = await room.meant(one.asked for one in room.judged)
        fitted = fit(room.searching, room.judged, found.head.search, meant)
        out.write_text(_with_weights(room, found, fitted.weights), "utf-8")
    for name in ("seen_before", "seen", "unseen_before", "unseen"):
        print(_line(name.replace("_", ", "), getattr(fitted, name)))
    print(f"written to {out}: try it with `hotline knowledge try --ranking {out}`, publish it on 检索排序")
    return 0


def _with_weights(room: CommandRoom, found: Any, weights: Mapping[str, float]) -> str:
    """The published text with other weights; what else stands in it, its tests too, stays."""
    import yaml

    said = {**found.document.data, "weights": dict(weights)}
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
