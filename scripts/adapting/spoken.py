"""Sentences as citizens and agents say them on the telephone, put together by chance, and texts made speakable."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

DIGITS = "零一二三四五六七八九"
MOST = 34
"""Characters of a sentence."""
_WORDS = {
    name: words.split()
    for name, _, words in (
        line.partition(":") for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    )
}
_ONLY = re.compile(r"[\u4e00-\u9fff，]+")


def sentences(dice: random.Random) -> Iterator[str]:
    """One after the other, without end."""
    kinds = _matter, _since, _telephone, _address, _person, _event, _turn
    while True:
        (make,) = dice.choices(kinds, (30, 12, 10, 14, 8, 10, 16))
        yield "，".join(part for part in make(dice) if part)


def speakable(text: str, dice: random.Random) -> Iterator[str]:
    """The parts of a written text that can be said, up to `MOST` characters each, with numbers as they are said."""
    text = re.sub(r"\d+", lambda found: _number(found[0]), text)
    for whole in re.split(r"[。！？；!?;\s：:]", text.replace(",", "，").replace("、", "，")):
        said, goal = "", dice.choice((8, 12, 16, 22, 28))
        for part in whole.split("，"):
            if not _ONLY.fullmatch(part):
                said = ""
                continue
            said = f"{said}，{part}" if said else part
            if len(said) >= goal:
                if len(said) <= MOST:
                    yield said
                said, goal = "", dice.choice((8, 12, 16, 22, 28))
        if 5 <= len(said) <= MOST:
            yield said


def spelled(number: int) -> str:
    """A number below a hundred million in words."""
    for size, unit in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number < size:
            continue
        rest = number % size
        head = "" if size == 10 and number < 20 else spelled(number // size)
        tail = spelled(rest) if rest else ""
        # 一百一十五, and 十五 alone.
        one = "一" if size > 10 and tail.startswith("十") else ""
        zero = "零" if rest and size > 10 and rest < size // 10 else ""
        return f"{head}{unit}{zero}{one}{tail}"
    return DIGITS[number]


def _number(digits: str) -> str:
    is_year = len(digits) == 4 and digits[:2] in ("19", "20")
    return "".join(DIGITS[int(one)] for one in digits) if is_year or len(digits) > 6 else spelled(int(digits))


def _one(dice: random.Random, kind: str) -> str:
    return dice.choice(_WORDS[kind])


def _maybe(dice: random.Random, *kinds: str) -> str:
    """A word of one of these, or none."""
    kind = dice.choice(("", *kinds))
    return kind and _one(dice, kind)


def _matter(dice: random.Random) -> list[str]:
    who = _one(dice, "who") + dice.choice(("", "这里", "那边")) + _one(dice, "matters")
    return [
        dice.choice(("", _one(dice, "openings"))),
        who,
        dice.choice(("", _one(dice, "since"), _one(dice, "wishes"))),
    ]


def _since(dice: random.Random) -> list[str]:
    said = _one(dice, "since") + _one(dice, "who") + _one(dice, "matters")
    return [_maybe(dice, "openings"), said, _maybe(dice, "wishes")]


def _telephone(dice: random.Random) -> list[str]:
    before = dice.choice(("我的电话是", "手机号是", "联系电话", "你记一下", "号码是"))
    return [f"{before}一{dice.choice('三四五六七八九')}{''.join(dice.choices(DIGITS, k=9))}"]


def _address(dice: random.Random) -> list[str]:
    house = spelled(dice.randint(1, 999)) + "号"
    flat = f"{spelled(dice.randint(1, 40))}栋{spelled(dice.randint(1, 6))}单元{spelled(dice.randint(1, 30) * 100 + 2)}"
    district = _one(dice, "districts") + dice.choice(("区", "县"))
    where = (
        dice.choice((district, ""))
        + _one(dice, "roads")
        + _one(dice, "kinds of roads")
        + dice.choice(("", house, flat))
    )
    beside = f"旁边有个{_one(dice, 'places')}"
    return [dice.choice(("地址在", "就在", "我住在", "在")) + where, dice.choice(("", _one(dice, "matters"), beside))]


def _person(dice: random.Random) -> list[str]:
    name = _one(dice, "family names") + "".join(_one(dice, "given names") for _ in range(dice.choice((1, 2, 2))))
    age = f"今年{spelled(dice.randint(18, 90))}岁"
    return [dice.choice(("我叫", "户主叫", "他的名字叫", "联系人是")) + name, dice.choice(("", age))]


def _event(dice: random.Random) -> list[str]:
    day = f"{spelled(dice.randint(1, 12))}月{spelled(dice.randint(1, 28))}号"
    half, about = dice.choice(("上午", "下午", "晚上")), dice.choice(("", "半", "左右", "多"))
    hour = f"{half}{spelled(dice.randint(1, 12))}点{about}"
    money = spelled(dice.choice((dice.randint(20, 999), dice.randint(10, 99) * 100, dice.randint(1, 60) * 1000)))
    did = dice.choice(("交的钱", "去的", "办的", "签的", "打的电话", "买的", "搬来的"))
    paid = dice.choice(("一共", "花了")) + money + dice.choice(("块钱", "元"))
    return [dice.choice(("我是", "他们", "合同是", "")) + dice.choice((day, hour)) + did, dice.choice((paid, ""))]


def _turn(dice: random.Random) -> list[str]:
    return [_one(dice, "turns"), _maybe(dice, "wishes", "turns")]
