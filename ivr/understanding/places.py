"""Where something is, as people say it: 东门街三号楼门口, 建设路与人民路交叉口, 幸福小区五栋."""

from __future__ import annotations

import re

_NUMBER = "[0-9零〇一二三四五六七八九十百两]+"
_WAY = "(?:大道|大街|街道|马路|胡同|路|街|巷|弄)"
_SITE = (
    "(?:小区|花园|家园|新村|社区|广场|公园|大厦|大楼|市场|车站|地铁站|公交站|中学|小学|学校|幼儿园|大学|医院|酒店|工地|工业园|"
    "立交桥|大桥|高架|河边|村|镇|乡|苑)"
)
_NEAR = "(?:交叉口|路口|附近|门口|旁边|对面|楼下|门前|后面|里面|边上|地下车库|停车场)"
_LEAD = re.compile(
    r"^.*?(?:位于|住在|就在|是在|发生在|地址是|地点是|地方是|我在|在|是|从|到|我们|我家|这边|那边|有人|请问|你好|您好|[，,。\s])"
)
_PLACE = re.compile(
    rf"(?:[一-鿿]{{2,7}}?(?:省|市|区|县|旗))*[一-鿿A-Za-z0-9]{{1,8}}?(?:{_WAY}|{_SITE})"
    rf"(?:(?:与|和|跟)[一-鿿]{{1,6}}?{_WAY})?"
    rf"(?:[A-Za-z]?{_NUMBER}(?:号院|号楼|号|栋|幢|座|单元|室|弄|期|楼|层))*{_NEAR}?"
)


def place(text: str) -> str | None:
    """The first place that is named; None when none is."""
    for clause in re.split(r"[，,。；;！!？?\s]+", text):
        found = _PLACE.search(clause)
        if found is None:
            continue
        name = found.group()
        while (lead := _LEAD.match(name)) is not None and _PLACE.search(name[lead.end() :]):
            name = name[lead.end() :]
        return name
    return None
