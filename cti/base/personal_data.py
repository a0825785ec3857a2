"""What of a text would tell who somebody is: numbers, names, where he lives. Pure; for what goes to the public.

Numbers have forms and are found surely. A name has none: it is sure where the text says that it is one (诉求人张伟,
李女士), and otherwise a doubt for a person to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cti.base.house_numbers import house_numbers

Kind = Literal["name", "telephone", "identity", "card", "plate", "address", "account"]
TITLES: dict[Kind, str] = {
    "name": "姓名", "telephone": "电话号码", "identity": "证件号码", "card": "银行卡号", "plate": "车牌号码",
    "address": "门牌地址", "account": "邮箱、微信或QQ",
}  # fmt: skip
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
    "龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳"
    "管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查"
)
_DOUBLE = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "司徒",
    "东方",
    "皇甫",
    "慕容",
    "公孙",
    "令狐",
    "端木",
    "夏侯",
    "尉迟",
    "长孙",
)
_WEAK = frozenset(
    "于和时向包商单成路常党安高全管方万车房应师查连景官费任温平游石金水白康权严关宁能习都纪房查卫明舒尚古项施周何"
)
"""Surnames that are mostly words: one that nobody calls a name is none."""
_NO_GIVEN = frozenset(
    "当今日时前后内上下对将即在有无是不了的等及并与或经因被把让使从向到为以可能应须需会要想看说问答请再又也都均各每某此该其他她它你我们业房客方单户律屋校老爱多障质产系正委询证保来围边部级些"
)
"""Characters that no given name begins with."""
_HAN = "一-龥"
_SURNAME = f"(?:{'|'.join(_DOUBLE)}|[{''.join(sorted(_SURNAMES))}])"
_HONORIFIC = "先生|女士|小姐|同志|师傅|阿姨|大爷|大妈|大叔|大姐|大哥|老师|医生|老人"
_ROLE = (
    "诉求人|来电人|反映人|投诉人|举报人|求助人|联系人|当事人|申请人|承租人|市民|居民|村民|业主|住户|租客|户主|患者|"
    "经办人|承办人|工作人员|负责人|司机|老板|房东|姓名|本人|我叫|名叫|叫做"
)
_SAYS = (
    "反映|来电|致电|称|表示|认为|希望|要求|投诉|举报|咨询|求助|申请|购买|居住|住在|签订|缴纳|领取|办理|告知|说|回复|联系|"
    "的|于|与|和|在|向|因|对|系|已|家|等|将|会|也|均|正|可|能|又|再|到|至|以|被|把|让|从|则|为|是|未|没|不|有|并|还|就"
)
_NOT_NAMES = re.compile(
    "(?:" + _SURNAME + ")(?:时间|小区|先生|女士|某|关|门|路|街|市|区|县|镇|村|中|年|月|天|通|常|物|业主|管|单位|部|局)"
)
_PATTERNS: tuple[tuple[Kind, bool, re.Pattern[str]], ...] = (
    ("identity", True, re.compile(r"(?<![\dA-Za-z])\d{6}\s?(?:19|20)\d{2}\s?\d{4}\s?\d{3}[\dXx](?![\dA-Za-z])")),
    ("identity", False, re.compile(r"(?<![\dA-Za-z])[1-9]\d{14}(?!\d)")),
    ("card", True, re.compile(r"(?<!\d)(?:62|4\d|5[1-5]|35|37)\d{2}(?:[ -]?\d{4}){2,3}[ -]?\d{1,7}(?!\d)")),
    ("telephone", True, re.compile(r"(?<![\dA-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")),
    ("telephone", False, re.compile(r"(?<!\d)(?:0\d{2,3}[-－ ]?)[2-9]\d{6,7}(?:[-转]\d{1,5})?(?!\d)")),
    ("telephone", False, re.compile(r"(?:电话|座机|联系方式)[是为:：]?\s?(?P<part>[2-9]\d{6,7})(?!\d)")),
    ("plate", True, re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•.\s]?(?=[A-Z0-9]*\d)[A-HJ-NP-Z0-9]{5,6}"
        r"(?![A-Z0-9])|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•.\s]?[A-Z0-9]{4}[挂学警港澳]"
    )),
    ("account", True, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    ("account", True, re.compile(r"(?:微信号?|QQ号?|qq号?)[是为:：]?\s?(?P<part>[A-Za-z0-9][\w-]{4,19})", re.ASCII)),
)  # fmt: skip
_NAMED = re.compile(
    rf"(?:{_ROLE})[是为:：（(\s]?(?P<part>{_SURNAME}[{_HAN}]{{1,2}}?)(?=(?:{_SAYS}|先生|女士)|[^{_HAN}]|$)"
)
_ADDRESSED = re.compile(rf"(?P<part>{_SURNAME}[{_HAN}]{{0,2}}?)(?={_HONORIFIC})")
_ALONE = re.compile(
    rf"(?:(?<=^)|(?<=[，。；：、！？\s（(“]))(?P<part>{_SURNAME}[{_HAN}]{{1,2}}?)(?={_SAYS})", re.MULTILINE
)


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A stretch of a text, `start` to `end` in characters; `sure` when it needs nobody's judgement."""

    start: int
    end: int
    kind: Kind
    text: str
    sure: bool


def find(text: str, known: Iterable[str] = ()) -> list[Found]:
    """What is personal in a text, in its order, none overlapping. `known` are names of people that it may have."""
    found = [*_known(text, known), *_numbers(text), *_names(text)]
    # What is sure and long first; the rest where there is room.
    found.sort(key=lambda one: (not one.sure, one.start - one.end, one.start))
    taken: list[Found] = []
    for one in found:
        if all(one.end <= other.start or one.start >= other.end for other in taken):
            taken.append(one)
    return sorted(taken)


def masked(text: str, found: Sequence[Found]) -> str:
    """The text with something else in place of each: `市民`, `王某`, `（电话号码）`."""
    parts, at = [], 0
    for one in sorted(found):
        parts += [text[at : one.start], replacement(one)]
        at = one.end
    return "".join((*parts, text[at:]))


def replacement(one: Found) -> str:
    """What stands in its place."""
    if one.kind == "name":
        return f"{surname_of(one.text)}某"
    return f"（{TITLES[one.kind]}）"


def surname_of(name: str) -> str:
    """The surname that a name begins with: its first character, but for the double ones."""
    return next((one for one in _DOUBLE if name.startswith(one)), name[:1])


def _may_be_name(part: str) -> bool:
    given = part[len(surname_of(part)) :]
    # 王女士 and 王某 tell nobody who she is.
    return bool(given) and "某" not in part and given[0] not in _NO_GIVEN and not re.fullmatch(_HONORIFIC, given)


def _known(text: str, known: Iterable[str]) -> Iterator[Found]:
    for name in {one.strip() for one in known}:
        if len(name) < 2 or "*" in name or "某" in name:
            continue
        for match in re.finditer(re.escape(name), text):
            yield Found(match.start(), match.end(), "name", name, True)


def _numbers(text: str) -> Iterator[Found]:
    for kind, sure, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            group = "part" if "part" in pattern.groupindex else 0
            yield Found(match.start(group), match.end(group), kind, match[group], sure)
    for start, end in house_numbers(text):
        yield Found(start, end, "address", text[start:end], True)


def _names(text: str) -> Iterator[Found]:
    for told, pattern in ((True, _NAMED), (True, _ADDRESSED), (False, _ALONE)):
        for match in pattern.finditer(text):
            part = match["part"]
            sure = told and part[0] not in _WEAK
            if not _may_be_name(part) or (not told and part[0] in _WEAK):
                continue
            if _NOT_NAMES.match(text, match.start("part")):
                continue
            yield Found(match.start("part"), match.end("part"), "name", part, sure)
