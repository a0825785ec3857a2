"""Written Mandarin as it is read aloud: numbers, dates, money, telephone numbers and letters in words.

`aloud` gives what a voice can speak (characters, pinyin such as `yao1`, punctuation); `sentences` cuts a long text
where a reader takes breath.
"""

from __future__ import annotations

import datetime
import decimal
import re
import unicodedata
from collections.abc import Callable

from ivr.prompts import spoken
from ivr.prompts.phonemes import syllable

_LETTERS = {
    "a": "ei1", "b": "bi4", "c": "xi1", "d": "di4", "e": "yi4", "f": "ai2fu5", "g": "ji4", "h": "ei1chi5", "i": "ai4",
    "j": "zhei4", "k": "kei4", "l": "ai2lou5", "m": "ai2mu5", "n": "en1", "o": "ou1", "p": "pi4", "q": "kiu4",
    "r": "a1er5", "s": "ai2si5", "t": "ti4", "u": "you1", "v": "wei4", "w": "da2bu5liu5", "x": "ai4ke5si5",
    "y": "wai4", "z": "zei4",
}  # fmt: skip
_SIGNS = {"#": "井号", "*": "星号", "&": "和", "+": "加", "=": "等于", "℃": "摄氏度", "/": "、", "~": "至", "@": "艾特"}
_MEASURES = "个位件天次名条人家份项户年周元块角种部台辆间张点小分秒遍通"
_SERVICE = {"12345": "一二三四五"}

_NUMBER = r"\d+(?:\.\d+)?"
_PINYIN = re.compile(r"(?<![A-Za-z])[a-z]{1,6}[1-5](?!\d)")
_HIDDEN = 0xE000
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_KEEP = re.compile(r"[^\u4e00-\u9fffa-z1-5、，,。.！!？?：:；;“”《》（）()〔〕\s]")


def cardinal(value: int) -> str:
    """A whole number below 10¹² in size in characters: 105 → 一百零五, 20000 → 两万."""
    return "".join(_word(piece) for piece in spoken.number(value))


def _word(piece: str) -> str:
    _, _, name = piece.partition("/")
    kind, _, rest = name.rpartition("/")
    fixed = {"wan": "万", "yi": "亿", "two": "两", "minus": "负"}.get(rest)
    if fixed:
        return fixed
    number = int(rest)
    if kind:
        return ("零" if kind == "zero" else "一") + spoken.hanzi(number)
    if number < 100:
        return spoken.hanzi(number)
    unit, name = (100, "百") if number < 1000 else (1000, "千")
    return spoken.counted(number // unit) + name


def _plain(number: str) -> str:
    whole, _, fraction = number.partition(".")
    return cardinal(int(whole)) + (f"点{spoken.one_by_one(fraction)}" if fraction else "")


def _one_by_one(digits: str) -> str:
    """As a telephone number is read: 幺 for 1, mobile numbers in 3-4-4."""
    if digits in _SERVICE:
        return _SERVICE[digits]
    is_mobile = len(digits) == 11 and digits[0] == "1"
    groups = [digits[:3], digits[3:7], digits[7:]] if is_mobile else [digits]
    return "，".join(spoken.one_by_one(group).replace("一", "yao1") for group in groups)


def _money(match: re.Match[str]) -> str:
    amount = decimal.Decimal(match["amount"].replace(",", ""))
    fen = int(amount.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP).scaleb(2))
    yuan, rest = divmod(fen, 100)
    jiao, fen = divmod(rest, 10)
    if match["unit"] in ("万元", "亿元"):
        return _plain(f"{amount:f}") + match["unit"]
    said = (_counted(yuan) + "元") if yuan or not rest else ""
    said += _counted(jiao) + "角" if jiao else "零" if fen and yuan else ""
    return said + (_counted(fen) + "分" if fen else "")


def _counted(value: int) -> str:
    return "两" if value == 2 else cardinal(value)


def _date(match: re.Match[str]) -> str:
    year, month, day = (int(one) for one in match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return match[0]
    return f"{spoken.one_by_one(f'{year:04d}')}年{spoken.hanzi(month)}月{spoken.hanzi(day)}日"


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or minute > 59:
        return match[0]
    said = f"{spoken.counted(hour)}点"
    return said if not minute else f"{said}{'零' if minute < 10 else ''}{spoken.hanzi(minute)}分"


def _integer(match: re.Match[str]) -> str:
    number, after = match["number"], match["after"] or ""
    whole = number.partition(".")[0]
    if "." not in number and (len(whole) > 4 or (len(whole) > 1 and whole[0] == "0")):
        return _one_by_one(whole) + after
    if number == "2" and after and after in _MEASURES:
        return "两" + after
    return _plain(number) + after


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|(?!\d))"), _date),
    (re.compile(r"(?<!\d)(\d{4})年"), lambda match: spoken.one_by_one(match[1]) + "年"),
    (re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::\d{2})?(?![\d:])"), _time),
    (re.compile(r"[¥￥](?P<amount>\d[\d,]*(?:\.\d+)?)(?P<unit>万元|亿元|元)?"), _money),
    (re.compile(rf"(?P<amount>{_NUMBER})(?P<unit>万元|亿元|元)"), _money),
    (re.compile(rf"({_NUMBER})%"), lambda match: "百分之" + _plain(match[1])),
    (re.compile(r"(?<!\d)(110|119|120|122|114)(?=报警|火警|急救|电话|热线|或|、|[，,。]|$)"),
     lambda match: _one_by_one(match[1])),
    (re.compile(r"(?<!\d)(\d{3,4})-(\d{3,8})(?:-(\d{3,8}))?(?!\d)"),
     lambda match: "，".join(_one_by_one(one) for one in match.groups() if one)),
    (re.compile(r"(?<=\d)\s*[-—–~]\s*(?=\d)"), lambda match: "至"),
    (re.compile(r"(?<=号码|编号|工号|尾号|密码|座机|电话)(?P<colon>[是为:：]*)(\d+)"),
     lambda match: match["colon"] + _one_by_one(match[2])),
    (re.compile(rf"(?P<number>{_NUMBER})(?P<after>[\u4e00-\u9fff])?"), _integer),
)  # fmt: skip


def aloud(text: str) -> str:
    """`text` in words; what nobody can read (emoji, brackets of any kind but 〔〕) is left out."""
    readings: list[str] = []

    def hide(match: re.Match[str]) -> str:
        try:
            syllable(match[0])
        except ValueError:
            return match[0]
        readings.append(match[0])
        return chr(_HIDDEN + len(readings) - 1)

    # Readings in pinyin, given or found, are kept from what reads letters and digits.
    said = _PINYIN.sub(hide, _PRIVATE.sub("", unicodedata.normalize("NFKC", text)))
    for pattern, reading in _RULES:
        said = pattern.sub(lambda match, reading=reading: _PINYIN.sub(hide, reading(match)), said)  # type: ignore[misc]
    said = re.sub(r"[A-Za-z]", lambda match: _LETTERS[match[0].lower()], said)
    said = "".join(_SIGNS.get(one, one) for one in said)
    said = _PRIVATE.sub(lambda match: readings[ord(match[0]) - _HIDDEN], said)
    return re.sub(r"\s+", " ", _KEEP.sub("", said)).strip()


def sentences(text: str, longest: int = 60) -> list[str]:
    """`text` in parts of at most about `longest` characters; what 〔〕 mark is never cut."""
    if "〔" in text:
        return [text]
    found: list[str] = []
    for sentence in re.findall(r"[^。！？!?；;\n]+[。！？!?；;\n]*", text):
        part = ""
        for clause in re.findall(r"[^，,、：:]+[，,、：:]*", sentence):
            if part and len(part) + len(clause) > longest:
                found.append(part)
                part = ""
            part += clause
        found.append(part)
    return [one for one in (part.strip() for part in found) if re.search(r"[\u4e00-\u9fffa-z]", one)]
