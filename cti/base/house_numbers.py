"""Where in a text somebody's door is told: numbers of houses in a street, of buildings, entrances, floors and rooms.

A number counts by the words around it: 解放路128号, 12号楼3单元502, 12-3-502. What is counted (改造36栋居民楼), a day
(道路5号起封闭) and what bears a number otherwise (2号线, 12号窗口) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"(?:\d{1,5}|[一二三四五六七八九十百零〇两]{1,7})"
_BETWEEN = r"[\s,，]?"
_BUILDING = rf"(?:[A-Za-z]?{_NUMBER}|[A-Za-z甲乙丙丁])\s?(?:号楼|号院|幢|栋|座|弄|[#＃]楼?)"
_ENTRANCE = rf"(?:{_NUMBER}|[甲乙丙丁东西南北中A-Za-z])\s?(?:单元|门洞|楼道|号门(?={_BETWEEN}\d{{3,4}}))"
_FLOOR = rf"{_NUMBER}\s?(?:楼|层)"
_OTHERWISE = r"(?![\d年月日路元万个人名平米])"
_ROOM = (
    rf"(?:[A-Za-z]?\d{{1,4}}(?:[-－—]\d{{1,4}})?|[一二三四五六七八九十零〇]{{2,5}})\s?(?:室|户|号房?|房)"
    rf"|\d{{1,2}}[-－—]\d{{3,4}}{_OTHERWISE}|[A-Za-z]?\d{{3,4}}{_OTHERWISE}|[东西南北中]边?户"
)
_ON = rf"(?:{_BETWEEN}(?:{_BUILDING}|{_ENTRANCE}|{_FLOOR}|{_ROOM}))"
_STREET = r"(?:(?<=[路街巷弄道村组苑园庄屯寨坊])|(?<=小区)|(?<=胡同)|(?<=里)(?<![村月家店院这那区屋城市县校厂心]里))"
_CHAINS = re.compile(rf"(?<![\dA-Za-z第])(?P<first>{_BUILDING}|{_ENTRANCE})(?P<on>{_ON}{{0,4}})")
_HOUSES = re.compile(
    rf"(?:{_STREET}\s?|(?<=[村庄社队屯])(?={_NUMBER}\s?组))"
    rf"(?P<all>(?:{_NUMBER}\s?组\s?)?(?P<number>[甲乙丙丁]?{_NUMBER}(?:[-－—]\d{{1,4}})?)\s?号(?!院|楼|线|公|令|文|通|窗|口|门(?![口前外卫面])|站|泵|机|井|桥|车|码|段|地块|标)"
    rf"(?P<on>(?:附{_NUMBER}号|之{_NUMBER}|[甲乙丙丁](?!方))?{_ON}{{0,4}}))"
)
_OTHERS = (
    re.compile(r"(?<![\d-])\d{1,3}[-－—]\d{1,2}[-－—]\d{3,4}\s?(?:室|户|号|房)?(?!\d)"),
    re.compile(r"(?<![\d-])\d{1,3}[-－—]\d{3,4}\s?(?:室|户|房)"),
    re.compile(rf"门牌(?:号码?)?[是为:：]?\s?(?P<all>{_NUMBER}(?:[-－—]\d{{1,4}})?\s?号?)"),
    re.compile(rf"(?<![\d第])\d{{1,2}}\s?楼\s?\d{{3,4}}\s?(?:室|户|号|房)?{_OTHERWISE}"),
    re.compile(r"(?<![\dA-Za-z第])[A-Za-z]?\d{3,4}\s?(?:室|房(?![屋产间源价租款东地卡客型子贷]))"),
)
_NAMED_ALONE = re.compile(r"(?:号楼|号院|[#＃]楼|单元|门洞|楼道)$|^[A-Za-z甲乙丙丁]")
"""Ends of a building or an entrance that is no count of them: a count says 36栋, 5座, 3个单元."""
_ESTATE = frozenset("园区村苑城庭湾府里坊居寓厦轩邸墅郡阁院")
_COUNTED = re.compile(r"[居住房楼危建厂老旧公民]")
_DAY = re.compile(r"\s?(?:至|到|起|前|之前|以前|以后|后|早|晚|上午|下午|凌晨|当天|当日|开始|[-—~～]\s?\d)")
_LAST_DAY = 31


def house_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where each begins and ends, in no order; some may lie upon each other."""
    for match in _CHAINS.finditer(text):
        first = match["first"]
        named = _NAMED_ALONE.search(first) or text[match.start() - 1 : match.start()] in _ESTATE
        if match["on"] or (named and not _COUNTED.match(text, match.end())):
            yield match.span()
    for match in _HOUSES.finditer(text):
        number = match["number"]
        day = number.isdecimal() and int(number) <= _LAST_DAY and _DAY.match(text, match.end())
        if match["on"] or not day:
            yield match.span("all")
    for pattern in _OTHERS:
        for match in pattern.finditer(text):
            yield match.span("all" if "all" in pattern.groupindex else 0)
