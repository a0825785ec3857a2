"""The numbers and trunks that the house uses, exchanged while it runs."""

from __future__ import annotations

from collections.abc import Mapping

from cti.base.numbers.number_plan import NumberPlan
from cti.base.settings import CalledNumber, TrunkSettings
from cti.telephony.provisioning import Provisioning
from cti.telephony.trunks import Trunks


class HouseLines:
    """Takes plain values from whoever keeps them; until somebody does, those of the settings count."""

    def __init__(self, plan: NumberPlan, trunks: Trunks, provisioning: Provisioning) -> None:
        self._plan = plan
        self._trunks = trunks
        self._provisioning = provisioning

    def use_numbers(self, numbers: Mapping[str, CalledNumber]) -> None:
        """The next call goes by these. ValueError when there is none: somebody must answer."""
        if not numbers:
            raise ValueError("a hotline has at least one number")
        self._plan.replace(numbers)

    def use_trunks(self, trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str]) -> None:
        """The next call goes by these, and the switch is told; `secrets` has one for each that registers."""
        self._trunks.replace(trunks)
        self._provisioning.use_trunks(trunks, secrets)
