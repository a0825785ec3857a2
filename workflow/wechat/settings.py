"""This plugin's section of the settings."""

from __future__ import annotations

import re
from typing import Annotated

import pydantic

from cti.base.settings import Section

Fields = Annotated[str, pydantic.Field(max_length=300, pattern=r"^([a-z_]+\d*=[^=,，]{1,12}([,，] ?|$))*$")]
VALUES = ("编号", "进度", "时间", "事项")
"""What a template's fields may be filled with."""
_WEB = r"^https?://[^\s/]+(/[^\s]*)?$"


class WechatSettings(Section):
    """The official account (公众号), as its page 设置与开发 says: id, secret, token, and the key of the safe mode.

    `site` is the public site's address as WeChat calls it; `<site>/wechat/callback` is the address (URL) that is
    entered there, with 安全模式. Without an entrance (接入点) chats come in by the first of the organisation.

    Templates are chosen in the account's own library; `…_fields` say with what each of their fields is filled, for
    example `character_string1=编号,phrase2=进度,time3=时间`.
    """

    enabled: bool = pydantic.Field(default=False, title="启用")
    app_id: str = pydantic.Field(default="", max_length=40, title="公众号标识（AppID）")
    secret: str = pydantic.Field(default="", max_length=300, repr=False, title="公众号密钥（AppSecret）")
    token: str = pydantic.Field(default="", pattern=r"^([A-Za-z0-9]{3,32})?$", repr=False, title="令牌（Token）")
    key: str = pydantic.Field(
        default="", pattern=r"^([A-Za-z0-9]{43})?$", repr=False, title="消息加解密密钥（EncodingAESKey）"
    )
    site: str = pydantic.Field(
        default="", pattern=rf"^$|{_WEB}", max_length=200, title="公众网站的地址（如 https://12345.example.gov.cn）"
    )
    entrance: str = pydantic.Field(default="", max_length=40, title="在线会话接入点的密钥")
    progress_template: str = pydantic.Field(default="", max_length=64, title="进度提醒的模板编号")
    progress_fields: Fields = pydantic.Field(
        default="character_string1=编号,phrase2=进度,time3=时间", title="进度提醒的模板字段"
    )
    rating_template: str = pydantic.Field(default="", max_length=64, title="评价邀请的模板编号")
    rating_fields: Fields = pydantic.Field(default="character_string1=编号,time2=时间", title="评价邀请的模板字段")
    welcome: str = pydantic.Field(
        default="您好，欢迎关注 12345 政务服务便民热线。咨询、求助、投诉、建议，请直接留言，或点击下方菜单。",
        max_length=500, title="关注时的欢迎语",
    )  # fmt: skip
    api: str = pydantic.Field(default="https://api.weixin.qq.com", pattern=_WEB, max_length=200, title="微信接口地址")
    sign_in: str = pydantic.Field(
        default="https://open.weixin.qq.com/connect/oauth2/authorize", pattern=_WEB, max_length=200,
        title="微信登录地址",
    )  # fmt: skip

    @pydantic.field_validator("api", "site")
    @classmethod
    def _no_slash(cls, address: str) -> str:
        return address.rstrip("/")

    @pydantic.field_validator("progress_fields", "rating_fields")
    @classmethod
    def _known(cls, fields: str) -> str:
        if unknown := [value for value in fields_of(fields).values() if value not in VALUES]:
            raise ValueError(f"模板字段没有“{unknown[0]}”，可用：{'、'.join(VALUES)}")
        return fields

    @pydantic.model_validator(mode="after")
    def _whole(self) -> WechatSettings:
        wanted = {"app_id": self.app_id, "secret": self.secret, "token": self.token, "key": self.key, "site": self.site}
        if self.enabled and (lacking := [name for name, value in wanted.items() if not value]):
            raise ValueError(f"启用微信公众号还缺：{'、'.join(lacking)}")
        return self


def fields_of(said: str) -> dict[str, str]:
    """The template's fields, and with what each is filled."""
    pairs = (one.partition("=") for one in re.split(r"[,，]\s*", said) if one)
    return {name.strip(): value.strip() for name, _, value in pairs}
