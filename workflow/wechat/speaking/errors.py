"""Codes of WeChat's API (全局返回码) in words, and what follows from each."""

from __future__ import annotations

WORDS = {
    -1: "微信系统繁忙",
    40001: "接口凭证无效，或公众号密钥不正确",
    40003: "微信用户标识不正确",
    40007: "素材编号不正确或已过期",
    40013: "公众号标识（AppID）不正确",
    40014: "接口凭证不合法",
    40029: "登录授权码无效或已过期",
    40037: "模板编号不正确",
    40125: "公众号密钥（AppSecret）不正确",
    40163: "登录授权码已被使用",
    40164: "本机网络地址不在公众号的 IP 白名单中",
    41001: "缺少接口凭证",
    42001: "接口凭证已过期",
    43004: "用户没有关注公众号",
    43101: "用户拒绝接收消息",
    45009: "今日接口调用次数已达上限",
    45011: "接口调用过于频繁",
    45015: "用户超过 48 小时没有与公众号互动，不能回复",
    45047: "客服消息条数已达上限，需等用户再次发送消息",
    47003: "模板参数与模板不符",
    48001: "公众号没有该接口的权限",
    48004: "接口已被微信封禁",
    50001: "用户没有授权该接口",
    50002: "用户受限",
    61004: "本机网络地址不在白名单中",
    65306: "自定义菜单的结构不正确",
}
STALE = frozenset({40001, 40014, 41001, 42001})
"""The access token is over: another is fetched."""
QUOTA = frozenset({45009, 45011})
"""Too many calls: the account rests."""
LATER = frozenset({-1, *STALE, *QUOTA})
"""Another try may do."""


class WechatError(Exception):
    """WeChat did not do what was asked; `later` when another try may do. The words are for people."""

    def __init__(self, code: int, words: str = "") -> None:
        self.code = code
        self.words = words or WORDS.get(code, "微信拒绝了请求")
        super().__init__(f"{self.words}（{code}）" if code else self.words)

    @property
    def later(self) -> bool:
        """Whether another try may do."""
        return self.code == 0 or self.code in LATER
