"""What the citizens of the morning call for, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """A request by telephone. `then` is what the agent does with it at once: nothing said sends it to review."""

    number: str
    title: str
    content: str
    category: str
    type: str = "求助"
    place: str = ""
    address: str = ""
    urgent: bool = False
    then: str = ""
    more: dict[str, str] = field(default_factory=dict)
    """Other fields of the form."""


def _answered(text: str) -> dict[str, str]:
    return {"then_answer": text}


WATER = Request(
    "13900010001", "朝阳路三号楼停水", "家中停水两天，物业称需等通知，家里有老人。", "城乡建设/供水/停水",
    place="钟楼区", address="朝阳路18号锦绣小区3号楼", urgent=True,
)  # fmt: skip
TASTE = Request(
    "13900010002", "自来水发黄有异味", "早晨放水有铁锈味，烧开后有沉淀。", "城乡建设/供水/水质", "投诉",
    address="怀德中路锦绣小区5号楼",
)  # fmt: skip
ROAD = Request(
    "13900010003", "人行道破损积水", "西环路与中山路路口东侧人行道破损，老人多次摔倒。",
    "城乡建设/市政道路/路面破损", "投诉", "钟楼区", "西环路与中山路路口",
)  # fmt: skip
FEES = Request(
    "13900010004", "物业擅自涨价", "物业未经业主大会同意将物业费从1.8元涨到2.6元。", "城乡建设/物业管理/物业收费",
    "投诉", address="东城花苑",
)  # fmt: skip
BUS = Request(
    "13900010005", "12路公交候车时间过长", "早高峰12路公交等候超过40分钟。", "交通运输/公共交通/公交线路", "建议",
    address="人民广场站",
)  # fmt: skip
CARD = Request(
    "13900010006", "健身房预付卡不退款", "健身房关门，预付卡余额2300元不退。", "市场监管/消费维权/预付卡", "投诉",
    "金坛区", "华城路88号",
)  # fmt: skip
LAMP = Request(
    "13900010007", "小区门口路灯不亮", "路灯坏了一周，夜里看不见台阶。", "城乡建设/市政道路/路灯",
    place="钟楼区", address="荷花池街道广化街",
)  # fmt: skip
NOISE = Request(
    "13900010008", "占道经营夜间噪声", "夜市十一点后仍在营业，影响休息。", "城乡建设/市政道路/路面破损", "投诉",
    "金坛区", "东门大街",
)  # fmt: skip
PIPE = Request(
    "13900010009", "小区水压不足", "六楼以上早晚无水压。", "城乡建设/供水/停水", "投诉", address="怀德中路26号",
)  # fmt: skip
FUND = Request(
    "13900010010", "咨询租房提取公积金", "租房提取公积金需要哪些材料？", "劳动社保/公积金/提取", "咨询",
    then="直接答复", more=_answered("租房提取须带身份证和无房证明，也可在网上办理。"),
)  # fmt: skip
THANKS = Request(
    "13900010011", "表扬供水抢修班组", "昨夜抢修到凌晨，表扬抢修班组。", "城乡建设/供水/停水", "表扬",
    then="直接答复", more=_answered("感谢您的认可，已转告抢修班组。"),
)  # fmt: skip
LINE = Request(
    "13900010012", "咨询公交末班车时间", "28路公交末班车是几点？", "交通运输/公共交通/公交线路", "咨询",
    then="直接答复", more=_answered("28路末班车为21:30。"),
)  # fmt: skip
REGISTERED = (WATER, TASTE, ROAD, FEES, BUS, CARD, LAMP, NOISE, PIPE, FUND, THANKS, LINE)
ANSWERED = ("13900010013", "13900010014", "13900010015", "13900010016", "13900010017")
"""Whose talk needed no ticket."""
REMINDING = WATER
"""Whose citizen calls again, since nobody came yet."""
ASKING = (TASTE, ROAD)
"""Whose citizens ask by telephone how far it is, without an agent."""
CALLS = len(REGISTERED) + len(ANSWERED) + 1 + len(ASKING)
REVISITS = sum(not one.then for one in REGISTERED) + 1
"""Talks of revisits: one for each request that was not answered at once, and one more for who was not content."""
