"""What is marked in a talk before a person scores it: phrases, sensitive words, measures of the sound.

Marks stand beside an item as hints, with the second at which one can listen. They never score. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workflow.quality.scoring.sheet import Sheet
from workflow.transcripts.measuring.spans import Span, overlaps, silences

Kind = Literal["missing", "said", "sensitive", "silence", "talk_over", "fast"]
KINDS: dict[Kind, str] = {
    "missing": "未说应答用语", "said": "出现禁语", "sensitive": "敏感词", "silence": "长时间静音", "talk_over": "抢话",
    "fast": "语速过快",
}  # fmt: skip
LEAST_CHARACTERS = 12
"""Of fewer characters nobody tells how fast somebody speaks."""
MOST_OF_A_KIND = 20


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the talk: who, from which second of the recording on, for how long."""

    side: Literal["caller", "agent", "other"]
    second: float
    seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A hint beside the item (empty: about the whole talk); without a `second` there is nothing to listen to."""

    item: str
    kind: Kind
    words: str
    second: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What the sound of a talk is like: the longest silence, the seconds in which both speak, as spans in order."""

    silences: tuple[Span, ...]
    overlaps: tuple[Span, ...]

    @property
    def longest_silence(self) -> float:
        """Seconds in which neither speaks, between the first and the last word."""
        return max((end - begin for begin, end in self.silences), default=0.0)


def marks(sheet: Sheet, said: Sequence[Said], measured: Measured | None) -> list[Mark]:
    """All marks: by items in the sheet's order, then what is about the whole talk, in order of time."""
    found = phrases_of(sheet, said) if said else []
    found += list(_first(_sensitive(sheet, said)))
    if measured is not None:
        found += list(_measures(sheet, measured))
    return found + list(_first(_fast(sheet, said)))


def phrases_of(sheet: Sheet, said: Sequence[Said]) -> list[Mark]:
    """What an agent must say and did not, and what he said and must not; of a talk with some words."""
    return [one for name in sheet.looked for one in _phrases(sheet, name, said)]


def measured_of(speech: Sequence[Sequence[Span]]) -> Measured:
    """From when each side speaks: what nobody says, and what both say at once."""
    both = overlaps(speech[0], speech[1]) if len(speech) > 1 else ()
    return Measured(tuple(silences(span for side in speech for span in side)), tuple(both))


def plain(text: str) -> str:
    """A text as phrases are looked for in it: one width, no case, no punctuation, no spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if one.isalnum())


def _phrases(sheet: Sheet, name: str, said: Sequence[Said]) -> Iterator[Mark]:
    one = sheet.looked[name]
    lines = [it for it in said if it.side == "agent" and (one.within is None or it.second < one.within)]
    texts = [plain(it.text) for it in lines]
    if one.must and not any(plain(phrase) in text for phrase in one.must for text in texts):
        first = f"开头 {one.within:g} 秒内" if one.within is not None else ""
        yield Mark(name, "missing", f"{first}没有说“{'”“'.join(one.must)}”")
    yield from _first(
        Mark(name, "said", phrase, line.second)
        for line, text in zip(lines, texts, strict=True) for phrase in one.never if plain(phrase) in text
    )  # fmt: skip


def _sensitive(sheet: Sheet, said: Sequence[Said]) -> Iterator[Mark]:
    for line in said:
        text, who = plain(line.text), "市民" if line.side == "caller" else "座席"
        for phrase in sheet.sensitive:
            if plain(phrase) in text:
                yield Mark("", "sensitive", f"{who}：{phrase}", line.second)


def _measures(sheet: Sheet, measured: Measured) -> Iterator[Mark]:
    limits: tuple[tuple[Kind, float | None, tuple[Span, ...]], ...] = (
        ("silence", sheet.measures.silence, measured.silences),
        ("talk_over", sheet.measures.talk_over, measured.overlaps),
    )
    for kind, limit, spans in limits:
        if limit is not None:
            yield from _first(
                Mark("", kind, f"{end - begin:.0f} 秒", begin) for begin, end in spans if end - begin >= limit
            )


def _fast(sheet: Sheet, said: Sequence[Said]) -> Iterator[Mark]:
    if (limit := sheet.measures.fast) is None:
        return
    for line in said:
        count = len(plain(line.text))
        if line.side == "agent" and count >= LEAST_CHARACTERS and line.seconds > 0 and count / line.seconds >= limit:
            yield Mark("", "fast", f"每秒 {count / line.seconds:.1f} 字", line.second)


def _first(found: Iterable[Mark]) -> Iterator[Mark]:
    """Some of many alike: nobody listens to a hundred."""
    for index, one in enumerate(found):
        if index == MOST_OF_A_KIND:
            return
        yield one
