"""Mandarin text to the phoneme alphabet of Kokoro-82M v1.0.

Pinyin and tone sandhi come from pypinyin, word borders from jieba; both live in the private synthesis
packages, so they are imported when first used.
"""

import logging
import re
import warnings
from collections.abc import Iterator, Mapping

_INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ",
    "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ",
    "c": "ʦʰ", "s": "s",
}  # fmt: skip

# The tone is marked on the vowel, where the 0 stands.
_FINALS = {
    "a": "a0", "ai": "ai0", "an": "a0n", "ang": "a0ŋ", "ao": "au0", "e": "ɤ0", "ei": "ei0", "en": "ə0n",
    "eng": "ə0ŋ", "i": "i0", "ia": "ja0", "ian": "jɛ0n", "iang": "ja0ŋ", "iao": "jau0", "ie": "je0",
    "in": "i0n", "iu": "jou0", "ing": "i0ŋ", "iong": "jʊ0ŋ", "ong": "ʊ0ŋ", "ou": "ou0", "u": "u0",
    "ui": "wei0", "ua": "wa0", "uai": "wai0", "uan": "wa0n", "un": "wə0n", "uang": "wa0ŋ", "ueng": "wə0ŋ",
    "uo": "wo0", "o": "wo0", "io": "jo0", "v": "y0", "ve": "ɥe0", "van": "ɥɛ0n", "vn": "y0n", "er": "ɚ0",
}  # fmt: skip

# Syllables without an initial are spelled with y and w; 嗯, 呣 and 噷 have no vowel, and are spoken as if they had.
_BARE = {
    "yi": "i", "ya": "ia", "yan": "ian", "yang": "iang", "yao": "iao", "ye": "ie", "yin": "in", "you": "iu",
    "ying": "ing", "yong": "iong", "wu": "u", "wei": "ui", "wa": "ua", "wai": "uai", "wan": "uan", "wen": "un",
    "wang": "uang", "weng": "ueng", "wo": "uo", "yu": "v", "yue": "ve", "yuan": "van", "yun": "vn", "yo": "io",
    "n": "en", "m": "en", "hm": "hen",
}  # fmt: skip

_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_PUNCTUATION = {
    "、": ", ", "，": ", ", ",": ", ", "。": ". ", ".": ". ", "！": "! ", "!": "! ", "？": "? ", "?": "? ",
    "：": ": ", ":": ": ", "；": "; ", ";": "; ", "“": " “", "”": "” ", "《": " “", "》": "” ",
    "（": " (", "）": ") ",
}  # fmt: skip
_RUN = re.compile(r"(?P<hanzi>[\u4e00-\u9fff]+)|(?P<pinyin>[a-zü]+[1-5])|(?P<other>.)", re.DOTALL)
_INITIAL = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs])?(.+)")
# Words of the trade that the dictionaries split or misread.
_TRADE: Mapping[str, tuple[str, ...]] = {
    "井号键": ("jing3", "hao4", "jian4"),
    "星号键": ("xing1", "hao4", "jian4"),
    "座席": ("zuo4", "xi2"),
    "工单": ("gong1", "dan1"),
    "便民": ("bian4", "min2"),
    "重听": ("chong2", "ting1"),
    "较长": ("jiao4", "chang2"),
    "办结": ("ban4", "jie2"),
    "承办单位": ("cheng2", "ban4", "dan1", "wei4"),
    "非服务时间": ("fei1", "fu2", "wu4", "shi2", "jian1"),
}
# 一 keeps its first tone as the digit of a number, 三十一 and 第一.
_NUMERAL_BEFORE = frozenset("十百千万亿零第")


def syllable(pinyin: str) -> str:
    """Return the phonemes of one syllable such as ``zhong1``; ValueError when it is not Mandarin."""
    body, tone = pinyin[:-1].replace("ü", "v"), pinyin[-1]
    if tone not in _TONES:
        raise ValueError(f"no tone in {pinyin!r}")
    body = _BARE.get(body, body)
    match = _INITIAL.fullmatch(body)
    if match is None:
        raise ValueError(f"not a Mandarin syllable: {pinyin!r}")
    initial, final = match.group(1) or "", match.group(2)
    if initial in {"j", "q", "x"} and final.startswith("u"):
        final = "v" + final[1:]
    if final == "i" and initial in {"z", "c", "s", "zh", "ch", "sh", "r"}:
        vowel = "ɨ0"
    elif final in _FINALS:
        vowel = _FINALS[final]
    else:
        raise ValueError(f"not a Mandarin syllable: {pinyin!r}")
    return _INITIALS.get(initial, "") + vowel.replace("0", _TONES[tone])


def phonemes(text: str) -> str:
    """Return ``text`` in Kokoro's phonemes. A reading may be forced by pinyin in the text: ``按yao1号``.

    Arabic digits raise ValueError: how they are read depends on what they count.
    """
    parts: list[str] = []
    for match in _RUN.finditer(text):
        if hanzi := match["hanzi"]:
            parts.append(" ".join("".join(word) for word in _words(hanzi)))
        elif pinyin := match["pinyin"]:
            parts.append(syllable(pinyin))
        elif (mark := match["other"]) in _PUNCTUATION:
            parts.append(_PUNCTUATION[mark])
        elif mark.isspace():
            parts.append(" ")
        else:
            raise ValueError(f"cannot be read aloud: {mark!r} in {text!r}")
    return re.sub(r" +", " ", "".join(parts)).strip()


def _words(hanzi: str) -> Iterator[list[str]]:
    with warnings.catch_warnings():
        # jieba's source has escapes that newer Pythons complain about when they compile it.
        warnings.simplefilter("ignore", SyntaxWarning)
        import jieba
    from pypinyin import Style, lazy_pinyin

    jieba.setLogLevel(logging.WARNING)
    for word in _TRADE:
        jieba.add_word(word)
    words = jieba.lcut(hanzi, cut_all=False)
    syllables = lazy_pinyin(words, style=Style.TONE3, tone_sandhi=True, neutral_tone_with_five=True, v_to_u=False)
    position = 0
    for word in words:
        readings = list(_TRADE.get(word, syllables[position : position + len(word)]))
        for offset, character in enumerate(word):
            at = position + offset
            if character == "一" and at and hanzi[at - 1] in _NUMERAL_BEFORE:
                readings[offset] = "yi1"
        position += len(word)
        yield [syllable(reading) for reading in readings]
