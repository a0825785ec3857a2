"""The signs by which answers are understood: words, and what each of them does. See `answers.py`."""

from __future__ import annotations

from enum import Enum, auto


class Sign(Enum):
    """What a word does in an answer."""

    AFFIRMS = auto()  # yes, if it is all that is said
    NOTES = auto()  # the same, and also just takes note
    WANTS = auto()  # yes, whatever follows
    DONE = auto()  # it has happened: yes to whether it has
    DENIES = auto()  # a negation that is an answer by itself
    NEGATES = auto()  # a negation
    REFUSES = auto()  # no, without a negation
    GOOD = auto()
    VERY_GOOD = auto()
    BAD = auto()
    VERY_BAD = auto()
    COMPLAINS = auto()  # a reason for being dissatisfied
    FAILS = auto()  # the same, and no
    MIDDLING = auto()
    NEITHER = auto()  # neither satisfied nor dissatisfied
    STRESSES = auto()  # very
    STRESSES_BEHIND = auto()  # the same, behind the word
    WEAKENS = auto()  # rather
    ASKS = auto()
    RHETORICAL = auto()  # a question that means the contrary
    SUPPOSES = auto()  # a condition: nothing has been said yet
    UNCLEAR = auto()  # not heard, not known, not now
    CORRECTS = auto()  # what was said before is taken back
    EMPTY = auto()  # says nothing, and hides signs inside it


_WORDS = {
    Sign.AFFIRMS: (
        "是 是的 对 对的 对头 没错 正确 有 有的 成 中 得 要的 是我 我是 是这样 这样 就是 就是这样 确实 "
        "当然 肯定 ok 没问题 可以的 嗯哪 是本人 就是我"
    ),
    Sign.NOTES: "好 好的 好嘞 好呀 好吧 行 可以 还可以 还行 嗯 行吧 还好",
    Sign.WANTS: "要 我要 需要 愿意 同意 方便 必须 认可",
    Sign.DONE: (
        "解决了 办好了 办完了 处理好了 处理了 处理完了 收到了 联系了 联系过 联系过了 来过 来过了 来了 "
        "修好了 回复了 答复了 弄好了 打过了 办了"
    ),
    Sign.DENIES: "不是 不对 没有 没 不 不了 没了 没有了",
    Sign.NEGATES: (
        "不要 不用 不能 不能说 不怎么 没法 无法 难以 并不 并没有 谈不上 说不上 算不上 不够 没那么 没什么 "
        "没啥 未 别 甭 不必 没人"
    ),
    Sign.REFUSES: "错了 打错了 算了 免了 拒绝 错",
    Sign.GOOD: "满意 不错 挺好 蛮好 还过得去 过得去 对得起",
    Sign.VERY_GOOD: "五分 满分 十分满分 一百分 5分 100分 没得说",
    Sign.BAD: "差 失望 不满 差劲 糟糕 垃圾 恶劣 生气 二分 两分 2分",
    Sign.VERY_BAD: "零分 一分 0分 1分",
    Sign.COMPLAINS: "慢 敷衍 推诿 推来推去 一拖再拖 拖 踢皮球",
    Sign.FAILS: "没解决 没有解决 没人管 没有人管 没处理 没办 没修 不怎么样 不咋地 不咋样 不行 不像话",
    Sign.MIDDLING: "一般 一般般 马马虎虎 凑合 就那样 中等 普普通通 普通 将就 三分 3分 不好不坏",
    Sign.NEITHER: "说不上不满意 谈不上满意不满意 谈不上不满意 无所谓满意不满意",
    Sign.STRESSES: "非常 很 十分 特别 太 相当 超级 超 极其 极 完全 根本 一点都 一点也 毫 简直 十二分 最",
    Sign.STRESSES_BEHIND: "极了 得很 透了 死了",
    Sign.WEAKENS: "比较 基本 还算 有点 有些 稍微 还是",
    Sign.ASKS: "吗 么 为什么 怎么 谁 哪 哪个 哪位 干嘛 什么 啥 几点 怎么回事 哪里",
    Sign.RHETORICAL: "怎么可能 怎么会 哪能 哪里满意 能满意 满意什么 满意个",
    Sign.SUPPOSES: "要是 如果 假如 除非 才 等 就好了 就好",
    Sign.UNCLEAR: (
        "没听清 没听清楚 没听懂 没听见 听不清 听不见 听不懂 不知道 不清楚 不太清楚 不确定 不好说 说不好 "
        "不晓得 不明白 再说 再讲 等一下 稍等 等会儿 等我 你等 可能 也许 好像 随便 看情况 记不清 喂 "
        "你说什么 你说啥 你们满意 你满意 问一下 不懂 忘了"
    ),
    Sign.CORRECTS: "说错了 听错了 搞错了 我说错了 我听错了 等等",
    Sign.EMPTY: (
        "对不起 不好意思 对面 对于 要不 不过 可是 但是 还是 只是 于是 就是说 不管 不光 不仅 不但 不得不 "
        "是不是 谢谢 麻烦 没事 没关系 你们 处理得 服务 态度 结果 那就 你好 您好"
    ),
}

SIGNS: dict[str, Sign] = {word: sign for sign, words in _WORDS.items() for word in words.split()}
"""What each word does; a word that stands under several does what the last of them says."""
