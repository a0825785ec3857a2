"""This plugin's section of the settings."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pydantic

from cti.base.settings import Section
from workflow.roster.limits import Limits


class RosterSettings(Section):
    """Limits of shifts, how long the solver may take, and from where and how exactly people check in.

    `addresses` are ranges such as `10.1.0.0/16` from which somebody may check in by hand; without one, any may be.
    """

    limits: Limits = pydantic.Field(default=Limits(), title="排班限制")
    week_contract: float = pydantic.Field(default=40, ge=1, le=48, title="没有登记用工条件的人每周工时")
    solver_seconds: int = pydantic.Field(default=40, ge=2, le=900, title="自动排班最多计算几秒")
    late_minutes: int = pydantic.Field(default=5, ge=0, le=120, title="晚签到几分钟以内不算迟到")
    early_minutes: int = pydantic.Field(default=5, ge=0, le=120, title="早签退几分钟以内不算早退")
    window_hours: float = pydantic.Field(default=4, ge=0.5, le=8, title="班次前后几小时内的签到签退有效")
    addresses: list[str] = pydantic.Field(default=[], max_length=50, title="允许手工签到的地址范围（空为不限）")
    phone_counts: bool = pydantic.Field(default=True, title="话机签入、签出算作签到、签退")

    @pydantic.field_validator("addresses")
    @classmethod
    def _ranges(cls, ranges: list[str]) -> list[str]:
        for one in ranges:
            ip_network(one, strict=False)
        return ranges

    def allows(self, address: str) -> bool:
        """Whether somebody may check in by hand from an address."""
        if not self.addresses:
            return True
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in ip_network(one, strict=False) for one in self.addresses)
