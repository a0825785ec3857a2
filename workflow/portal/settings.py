"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import OidcSettings, Section
from workflow.portal.figures.settings import PublicFigures


class UnifiedSettings(Section):
    """The city's unified identity, an OpenID provider at which citizens sign in; without an issuer there is none.

    The provider knows this site by `client_id` and the secret, which may be sealed (`hotline seal`), and lets browsers
    come back to `/enter/unified/back` of each of the site's names.

    A provider that has checked who its people are (实名) tells a name by `name_claim`, such as `name`: it stands in the
    account as checked, and requests begin with it.
    """

    title: str = pydantic.Field(default="统一身份认证", min_length=2, max_length=20, title="名称")
    issuer: str = pydantic.Field(
        default="", pattern=r"^((https://|http://(127\.0\.0\.1|localhost|\[::1\])(:|/|$))\S*)?$", title="签发地址"
    )
    client_id: str = pydantic.Field(default="", max_length=200, title="客户端编号")
    client_secret: str = pydantic.Field(
        default="", repr=False, title="客户端密钥", json_schema_extra={"x-form": {"kind": "password"}}
    )

    name_claim: str = pydantic.Field(
        default="", pattern=r"^[A-Za-z0-9_.:/-]{0,80}$", title="实名姓名的声明（如 name；空为不取实名）"
    )

    @pydantic.model_validator(mode="after")
    def _whole(self) -> UnifiedSettings:
        if self.issuer and not self.client_id:
            raise ValueError("a provider knows the site by its client_id")
        return self

    @property
    def provider(self) -> OidcSettings | None:
        """What its client asks with. Who somebody is there for ever is `sub` (OpenID Connect Core 5.7), always told."""
        if not self.issuer:
            return None
        return OidcSettings(
            title=self.title, issuer=self.issuer, client_id=self.client_id, client_secret=self.client_secret,
            scopes=["openid", "profile"] if self.name_claim else ["openid"], claim=self.name_claim or "sub",
        )  # fmt: skip


class PortalSettings(Section):
    """What stands on every page, and how long what the site keeps for a citizen is kept."""

    name: str = pydantic.Field(default="12345政务服务便民热线", min_length=2, max_length=40, title="网站名称")
    owner: str = pydantic.Field(default="", max_length=60, title="主办单位")
    record: str = pydantic.Field(default="", max_length=60, title="备案号")
    telephone: str = pydantic.Field(default="12345", pattern=r"^[0-9-]{3,20}$", title="热线号码")
    files: int = pydantic.Field(default=9, ge=0, le=20, title="一件诉求最多几张照片或文件")
    figures: PublicFigures = pydantic.Field(default=PublicFigures(), title="公开的热线数据")
    unified: UnifiedSettings = pydantic.Field(default=UnifiedSettings(), title="统一身份认证")
    keep_days: int = pydantic.Field(default=400, ge=30, le=3650, title="消息保留天数")
