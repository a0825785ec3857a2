"""Which department handled a request, out of the words of its reply: old systems often say it nowhere else.

Rules in the order in which they tell; where none holds nothing is said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from workflow.assistant.understanding.lists import pairs, words

_ENDS = "|".join(sorted(words("unit_ends"), key=len, reverse=True))
_NAME = rf"[A-Z0-9一-龥]{{2,22}}?(?:{_ENDS})"
_AFTER = r"(?=调查|核处|处理|办理|进行|核查|核实|研究|处置|答复|阅处|[，。；、\s]|$)"
_PASSED_ON = re.compile(
    rf"(?:问题|反映|诉求|来信|留言|帖子)[^，。；]{{0,12}}?已?(?:转交|转至|转到|转给|转由|转办|交办|交由|转)(?:给|至)?(?P<name>{_NAME}){_AFTER}"
)
_ITSELF = re.compile(
    rf"(?:^|[，。！；：\s])(?:经(?:与)?|现将|现由|由)?(?P<name>{_NAME})"
    r"(?:(?:领导|对此|党[委组])*高度重视|(?:已|立即|迅速|及时)?(?:进行了?|组织[^，。；]{0,8})?(?:认真)?(?:调查|核查|核实|研究)|回复如下|答复如下|现?(?:回复|答复)[：:]|回复[：:]|答复[：:])"
)
_SIGNED = re.compile(
    rf"(?:^|[。！；：\s])[\s　]*(?P<name>{_NAME})[\s　]*(?:[（(]?盖?章?[)）]?)[\s　]*"
    r"\d{4}年\d{1,2}月\d{1,2}日[。\s　]*$"
)
_THANKED = re.compile(
    rf"(?:感谢|谢谢)[您你](?:一直以来|长期以来)?对(?P<name>{_NAME})(?:的?(?:工作|关心|关注|支持|理解|监督))"
)
_NOBODY = re.compile("|".join(words("no_units")))
_PLACE = re.compile(r"^(?:[A-Z]\d*(?:市|区|县|州)?|[一-龥]{0,5}?(?:市|县|区|州|旗))(?=[一-龥]{2})")
_WIDE = (
    "人民政府",
    "市政府",
    "县政府",
    "区政府",
    "管委会",
    "管理委员会",
    "委员会",
    "办公室",
    "办事处",
    "服务中心",
    "管理局",
)
"""Names that say nothing without their place."""
_SHORT = dict(pairs("short_units"))
LEAST = 3


def unit_in(reply: str) -> str:
    """The department as the reply calls it; empty where it names none for certain."""
    told = reply.strip()
    for rule in (_PASSED_ON, _SIGNED, _ITSELF, _THANKED):
        for found in rule.finditer(told):
            name = _plain(found["name"])
            if len(without_place(name)) >= LEAST and not _NOBODY.search(name) and without_place(name) not in _WIDE:
                return name
    return ""


def _plain(name: str) -> str:
    return re.sub(
        r"^(?:中共|已|的|给|至|到|请|经(?!开|济)|故|交(?!通|警|管)|由|将|立即|迅速|安排|指令|责成|组织)+", "", name
    )


def without_place(name: str) -> str:
    """市住建局 and A7县住建局 are the same business: its name without whose it is, short names written out."""
    bare = _PLACE.sub("", name)
    return _SHORT.get(bare, bare)


class Units:
    """The organisations that there are, by their `titles` (id to title)."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._whole: defaultdict[str, list[str]] = defaultdict(list)
        self._bare: defaultdict[str, list[str]] = defaultdict(list)
        for id, title in titles.items():
            self._whole[title].append(id)
            self._bare[without_place(title)].append(id)

    def of(self, reply: str) -> str:
        """The organisation that a reply names; empty where none or several are meant."""
        name = unit_in(reply)
        if not name:
            return ""
        same = self._whole.get(name) or self._bare.get(without_place(name), [])
        return same[0] if len(same) == 1 else ""
