"""How fast articles are found among many of them: made-up texts of a city's real words, always the same."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.ranking import USED, RankingLibrary
from workflow.knowledge.finding.room import SHIPPED
from workflow.knowledge.finding.searching import Search, Searching
from workflow.knowledge.rules import Readable

WORDS = (
    "住房公积金 提取 贷款 额度 医疗保险 报销 比例 异地 就医 备案 社会保障 养老金 领取 资格 "
    "认证 居住证 办理 派出所 身份证 补办 户口 迁入 落户 人才 补贴 申请 条件 材料 流程 时限 "
    "工作日 窗口 政务 服务 中心 小学 入学 报名 学区 划分 幼儿园 收费 标准 停车 泊位 物业 "
    "管理 业主 委员会 拆迁 补偿 安置 房产 不动产 登记 证书 契税 减免 公交 线路 调整 站点 "
    "施工 噪音 扰民 举报 城管 占道 经营 违章 建筑 拆除 自来水 停水 通知 燃气 开通 供电 "
    "变压器 低保 救助 残疾人 老年 优待 生育 登记 二孩 疫苗 接种 预约 道路 维修 路灯 照明 "
    "井盖 垃圾 清运 污水 排放 环保"
).split()
COMMON = (
    "的 和 在 应 由 对 并 按 及 与 或 为 经 可以 需要 根据 规定 有关 部门 进行 通过 情况 问题 市民 单位 "
    "个人 相关 要求 提供"
).split()
REGIONS = [f"3204{one:02}" for one in range(1, 13)]
SEED = 11
PER_DAY = 86_400
AT_ONCE = 500


def articles(count: int, characters: int) -> Iterator[Article]:
    """As many, each of about so many characters, of 300 units, 200 categories and 12 regions."""
    dice = random.Random(SEED)  # noqa: S311
    for at in range(count):
        own = dice.sample(WORDS, 6)
        said: list[str] = []
        length = 0
        while length < characters:
            word = dice.choice(own if dice.random() < 0.3 else COMMON if dice.random() < 0.5 else WORDS)
            # Rare pairs, as names of places and people make them.
            if dice.random() < 0.05:
                word = chr(dice.randrange(0x4E00, 0x9FA5)) + chr(dice.randrange(0x4E00, 0x9FA5))
            said.append(word)
            length += len(word)
            if dice.random() < 0.08:
                said.append("。")
        region = dice.choice(REGIONS)
        yield Article(
            f"{at:026}", "".join(own[:3]), "".join(said), wordings=("".join(own[2:5]) + "怎么办",), at=at * PER_DAY,
            organisation=f"o{at % 300}", region=region, audience="public" if at % 3 else "inside",
            facets={"unit": [f"o{at % 300}"], "category": [f"c{at % 200}", f"c{at % 20}"], "type": [f"t{at % 4}"]},
        )  # fmt: skip


def questions(count: int) -> list[str]:
    """What people type: two to four words with some small talk, pinyin initials, one word."""
    dice = random.Random(SEED + 1)  # noqa: S311
    found = []
    for at in range(count):
        own = dice.sample(WORDS, dice.randint(1, 3))
        found.append({0: "怎么".join(own), 1: "".join(own), 2: own[0], 3: "请问" + "".join(own) + "要什么材料"}[at % 4])
    return found


def measured(folder: Path, count: int, characters: int, searches: int) -> Iterator[str]:
    """The lines of the figures, as they come."""
    by = RankingLibrary(shipped=[SHIPPED]).current(USED).head.search
    readable = Readable(above=frozenset(REGIONS[:6]), given=frozenset({f"{at:026}" for at in range(50)}))
    with Searching(folder) as searching:
        began, cpu = time.monotonic(), time.process_time()
        some: list[Article] = []
        for one in articles(count, characters):
            some.append(one)
            if len(some) == AT_ONCE:
                searching.index.put(some)
                some = []
        searching.index.put(some)
        searching.index.commit()
        took, spent = time.monotonic() - began, time.process_time() - cpu
        yield f"{count:,} articles of {characters:,} characters put in {took:.0f} s, {spent:.0f} s CPU (aim 300 s)"
        disk = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield f"disk {disk / 1e6:,.0f} MB, most memory {peak:,.0f} MB"
        asked = questions(searches)
        yield _line("a search with facets", asked, lambda one: searching.search(one, by, readable), 50)
        quick = Search(by.weights, by.boosts, 20)
        typed = [one[: 1 + at % len(one)] for at, one in enumerate(asked)]
        suggest = _line(
            "a suggestion", typed, lambda one: searching.search(one, quick, readable, most=6, counted=False), 20
        )
        yield suggest
        initials = ["gjj", "yb", "ylj", "jzz", "gongjijin", "tq"] * (searches // 6 + 1)
        yield _line("by pinyin", initials[:searches], lambda one: searching.search(one, by, readable), 50)
        yield _published(searching, by)


def _line(name: str, asked: list[str], search: Callable[[str], object], aim: int) -> str:
    for one in asked[:20]:
        search(one)
    walls, cpus = [], []
    for one in asked:
        began, cpu = time.perf_counter(), time.thread_time()
        search(one)
        walls.append(time.perf_counter() - began)
        cpus.append(time.thread_time() - cpu)
    walls.sort()
    cpus.sort()
    half, most = len(walls) // 2, int(len(walls) * 0.95)
    return (
        f"{name}: p50 {walls[half] * 1e3:.1f} ms, p95 {walls[most] * 1e3:.1f} ms; CPU p50 {cpus[half] * 1e3:.1f}, "
        f"p95 {cpus[most] * 1e3:.1f} (aim p95 {aim} ms)"
    )


def _published(searching: Searching, by: Search) -> str:
    times = []
    for at in range(20):
        one = Article(
            f"new{at:023}", f"新发布的知识{at}", "低空经济扶持办法" * 50, region=REGIONS[0], audience="public"
        )
        began = time.perf_counter()
        searching.index.put([one])
        searching.index.commit()
        found = searching.search(f"新发布的知识{at}", by, Readable(everything=True), most=1)
        assert found.found[0].id.startswith("new")
        times.append(time.perf_counter() - began)
    return f"published until found: most {max(times) * 1e3:.0f} ms, and 100 ms until changes are gathered (aim 1 s)"
