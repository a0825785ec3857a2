"""Where the console, the public site and other systems are reached, and where people sign in."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from cti.base.addresses import HOST_NAME, Network, is_loopback
from cti.base.settings.section import Port, Section


class HttpSettings(Section):
    """Where the console and the API are reached.

    `proxies` are addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Requests a second
    are limited for each person, and for each address without a session; ten seconds' worth may come at once.
    Beyond this machine the console speaks through a proxy with TLS, which `proxies` names; `plain` does without.
    """

    host: str = pydantic.Field(default="127.0.0.1", title="监听地址")
    port: Port = pydantic.Field(default=8345, title="端口")
    proxies: list[Network] = pydantic.Field(default=["127.0.0.1", "::1"], title="受信任的代理")
    person_per_second: float = pydantic.Field(default=50, gt=0, title="每人每秒请求数")
    address_per_second: float = pydantic.Field(default=50, gt=0, title="每个地址每秒请求数")
    plain: bool = pydantic.Field(default=False, title="允许未加密的访问（不建议）")

    @pydantic.model_validator(mode="after")
    def _not_plain(self) -> HttpSettings:
        if not (is_loopback(self.host) or self.plain or "proxies" in self.model_fields_set):
            raise ValueError(
                f"host {self.host}: passwords would cross the network in clear; name the proxy that brings TLS in "
                "http.proxies (cti/README.md has one), or say http.plain: true"
            )
        return self


class PublicSettings(Section):
    """The site for those who are not the staff: citizens, and other systems that tell us something. Off at first.

    It has its own port, and answers to its `names` (host names) alone when some are said. A proxy with TLS stands
    before it as before the console; `http.proxies` names it. Each address may ask `per_second`, and ten seconds' worth
    at once. Who would ask for somebody's data solves a task of `effort` bits first: each one more doubles the work.

    `number_rest_days` is how long a mobile number that was given up rests before an operator sells it to somebody else.
    Operators say 90 days; a city whose operators say less writes the least of them here: a citizen then shows by a code
    more often that the number is still his, and nobody sees what belongs to whoever had the number before.
    """

    enabled: bool = pydantic.Field(default=False, title="开放")
    host: str = pydantic.Field(default="127.0.0.1", title="监听地址")
    port: Port = pydantic.Field(default=8346, title="端口")
    names: list[Annotated[str, pydantic.Field(pattern=f"^{HOST_NAME.pattern}$")]] = pydantic.Field(
        default=[], title="域名"
    )
    per_second: float = pydantic.Field(default=10, gt=0, le=1000, title="每个地址每秒请求数")
    effort: int = pydantic.Field(default=16, ge=0, le=24, title="验证难度（位）")
    number_rest_days: int = pydantic.Field(default=90, ge=7, le=365, title="手机号码销号后再次放号前的最少天数")


class ConnectorSettings(Section):
    """Whether anything may leave to other systems: the owner's switch. While it is off, calls wait.

    Calls that have ended are kept for `keep_days`.
    """

    allowed: bool = pydantic.Field(default=False, title="允许向其他系统发送数据")
    keep_days: int = pydantic.Field(default=180, ge=1, le=3650, title="调用日志保留天数")


class OidcSettings(Section):
    """A provider of OpenID Connect at which people may sign in.

    They are known by issuer and subject. At the first time `claim` of what it tells is their login here, unless
    `first_link` is `admin`: then `hotline user link` says who is who.
    `second_factor` says that the provider asks for one itself. The secret may be sealed (`hotline seal`).
    """

    title: str = pydantic.Field(max_length=40)
    issuer: str = pydantic.Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])(:|/|$))\S*$")
    client_id: str
    client_secret: str = pydantic.Field(default="", repr=False)
    scopes: list[str] = pydantic.Field(default=["openid", "profile"])
    claim: str = "preferred_username"
    first_link: Literal["claim", "admin"] = "claim"
    second_factor: bool = False
