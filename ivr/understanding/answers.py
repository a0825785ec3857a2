"""What an answer means: yes or no, and how satisfied somebody is. Rules, no model.

An answer is cut into clauses and each clause into signs, the longest first, so that a sign is never found inside
another (对 is none in 对不起, 不 none in 是不是). A negation reaches as far as the next word that values something;
what is asked, is supposed, or was not heard says nothing. Of several clauses the last that says something clearly
counts: people correct themselves, and what they object to stands after 但是. The signs are in `answer_signs.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.understanding.answer_signs import SIGNS, Sign

_CLAUSES = re.compile(r"[\s,.!?;:，。！？；：、…]+")
_PARTICLES = re.compile(r"[啊呀哦噢嗯呃哎唉诶喔嘞呢嘛吧的了哈呵那就都也还我您你]+")
_BEGINNINGS = re.compile(r"^(?:那个|这个|那么|你好|您好|喂|请问一下|请问|[嗯呃啊哎诶])+(?=.)")
"""What somebody begins with who is still thinking: 那个，对."""
_NOT = re.compile(r"(.{1,2})[不没]\1")
_LONGEST = max(map(len, SIGNS))


@dataclass(frozen=True, slots=True)
class Found:
    """A sign at a place of a clause."""

    sign: Sign
    text: str
    at: int

    @property
    def end(self) -> int:
        """Where the found words end in the text."""
        return self.at + len(self.text)


@dataclass(frozen=True, slots=True)
class Meant:
    """What was meant: `value` (yes 1, no −1; satisfied −2 to 2), and how sure that is (0–1)."""

    value: int
    sure: float


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    signs: tuple[Found, ...]

    def has(self, *signs: Sign) -> bool:
        return any(one.sign in signs for one in self.signs)

    @property
    def says_nothing(self) -> bool:
        """Whether it asks, supposes, or tells that nothing was understood."""
        return self.has(Sign.UNCLEAR, Sign.ASKS, Sign.SUPPOSES)

    @property
    def unexplained(self) -> int:
        """How many characters are neither signs nor particles."""
        rest = list(self.text)
        for one in self.signs:
            rest[one.at : one.end] = [" "] * len(one.text)
        return len(_PARTICLES.sub("", "".join(rest)).replace(" ", ""))


def clauses_of(text: str) -> list[str]:
    """The clauses of what was said."""
    return [one for one in _CLAUSES.split(text.lower()) if one]


def signs_in(clause: str) -> Iterator[Found]:
    """The signs of a clause, in order, the longest at each place."""
    at = 0
    while at < len(clause):
        if found := _NOT.match(clause, at):
            # 是不是, 满不满意, 有没有: asked, not said.
            yield Found(Sign.ASKS, found.group(), at)
            at = found.end()
            continue
        for length in range(min(_LONGEST, len(clause) - at), 0, -1):
            if (sign := SIGNS.get(clause[at : at + length])) is not None:
                yield Found(sign, clause[at : at + length], at)
                at += length
                break
        else:
            at += 1


def is_explained(clause: str) -> bool:
    """Whether all of a clause is signs and particles."""
    return not _Clause(clause, tuple(signs_in(clause))).unexplained


def _clauses(text: str) -> list[_Clause]:
    begun = [_BEGINNINGS.sub("", one) for one in clauses_of(text)]
    found = [_Clause(one, tuple(signs_in(one))) for one in begun]
    return [one for one in found if not one.has(Sign.CORRECTS) or len(one.signs) > 1]


# ── yes and no ──


def agreement(text: str) -> Meant | None:
    """Yes or no; None when it is neither."""
    clauses = _clauses(text)
    votes = [(*found, clause) for clause in clauses if (found := _agrees(clause)) is not None]
    if not votes:
        return None
    strongest = max(weight for _, weight, _ in votes)
    value = next(value for value, weight, _ in reversed(votes) if weight == strongest)
    return Meant(value, _sure(clauses, [one for one, weight, _ in votes if weight == strongest]))


def _agrees(clause: _Clause) -> tuple[int, int] | None:
    """1 or −1, and its weight: 好的 and 嗯 also just take note of what was said."""
    if clause.says_nothing:
        return None
    negations = sum(one.sign in (Sign.NEGATES, Sign.DENIES) for one in clause.signs)
    if clause.has(Sign.FAILS):
        return -1, 2
    if negations:
        return (-1 if negations == 1 or clause.signs[0].sign is Sign.DENIES else 1), 2
    if clause.has(Sign.REFUSES):
        return -1, 2
    if clause.has(Sign.DONE):
        return 1, 2
    affirms = [one for one in clause.signs if one.sign in (Sign.AFFIRMS, Sign.NOTES, Sign.WANTS)]
    if not affirms:
        return None
    first = affirms[0]
    if first.sign is not Sign.WANTS and (clause.unexplained or _PARTICLES.sub("", clause.text[: first.at])):
        # 我是住在三楼的: not an answer.
        return None
    return 1, 1 if all(one.sign is Sign.NOTES for one in affirms) else 2


# ── satisfaction ──


def satisfaction(text: str) -> Meant | None:
    """From −2 (very dissatisfied) by 0 (neither) to 2 (very satisfied); None when nothing is said of it."""
    clauses = _clauses(text)
    if any(clause.has(Sign.NEITHER) for clause in clauses):
        return Meant(0, 0.9)
    votes = [(*found, clause) for clause in clauses if (found := _values(clause)) is not None]
    if not votes:
        return None
    strongest = max(weight for _, weight, _ in votes)
    value = next(value for value, weight, _ in reversed(votes) if weight == strongest)
    if value == 1 and any(other == 2 for other, _, _ in votes):
        value = 2
    return Meant(value, _sure(clauses, [_side(one) for one, weight, _ in votes if weight == strongest]))


def _values(clause: _Clause) -> tuple[int, int] | None:
    if clause.has(Sign.UNCLEAR, Sign.SUPPOSES):
        return None
    signs = clause.signs
    rhetorical = clause.has(Sign.RHETORICAL)
    if clause.has(Sign.ASKS) and not rhetorical:
        return None
    best: tuple[int, int] | None = None
    since = 0
    for index, one in enumerate(signs):
        if (worth := _WORTH.get(one.sign)) is None:
            continue
        complaint = one.sign in (Sign.COMPLAINS, Sign.FAILS)
        value = worth if complaint else _degree(worth, signs[since:index], signs[index + 1 : index + 2])
        since = index + 1
        weight = 1 if one.sign is Sign.NOTES else 2
        if best is None or weight >= best[1]:
            best = value, weight
    return (-1, 2) if rhetorical else best


_WORTH = {
    Sign.GOOD: 1,
    Sign.VERY_GOOD: 2,
    Sign.BAD: -1,
    Sign.VERY_BAD: -2,
    Sign.COMPLAINS: -1,
    Sign.FAILS: -1,
    Sign.MIDDLING: 0,
    Sign.NOTES: 1,
}


def _degree(worth: int, before: Sequence[Found], after: Sequence[Found]) -> int:
    """A value with what stands before it: 不太 weakens, 太不 strengthens, two negations cancel each other."""
    side = _side(worth)
    negations = [index for index, one in enumerate(before) if one.sign in (Sign.NEGATES, Sign.DENIES)]
    stressed = [index for index, one in enumerate(before) if one.sign is Sign.STRESSES]
    if len(negations) >= 2:
        return side
    if negations:
        return -2 * side if any(index < negations[0] for index in stressed) else -side
    if abs(worth) == 1 and (stressed or any(one.sign is Sign.STRESSES_BEHIND for one in after)):
        return 2 * side
    return worth


def _side(value: int) -> int:
    return (value > 0) - (value < 0)


# ── how sure ──


def _sure(clauses: Sequence[_Clause], votes: Sequence[int]) -> float:
    """As often as such answers were judged rightly: those of which all is understood, or not, or that contradict."""
    if len(set(votes)) > 1:
        return 0.85
    said = sum(len(clause.text) for clause in clauses)
    unexplained = sum(clause.unexplained for clause in clauses)
    if any(clause.says_nothing for clause in clauses):
        return 0.7
    return 0.97 if unexplained * 3 <= said else 0.9
