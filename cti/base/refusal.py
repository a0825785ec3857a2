"""What the rules refuse, told by services without knowing who asks or over what.

`code` is stable and for programs, `detail` is Chinese and for people, `field` names the input that is wrong. The web
host turns each kind into its status (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


class Refusal(Exception):
    """A request that cannot be granted. `more` is JSON data for programs, told beside the detail."""

    title = "请求被拒绝"

    def __init__(
        self, code: str, detail: str, field: str | None = None, more: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.field = field
        self.more = more or {}
        self.others: tuple[Refusal, ...] = ()
        """What else is wrong with the same input, where somebody asks for all of it."""


class Invalid(Refusal):
    """The input is wrong."""

    title = "填写有误"


class NotSignedIn(Refusal):
    """Nobody is signed in, or no longer."""

    title = "请先登录"


class NotAllowed(Refusal):
    """The person lacks the permission."""

    title = "没有权限"


class NotFound(Refusal):
    """It does not exist, or not for this person."""

    title = "未找到"


class Conflict(Refusal):
    """It contradicts what is there now: changed by somebody else, a name taken, a state that does not fit."""

    title = "与现有数据冲突"


class TooMany(Refusal):
    """Too often; try again after `retry_after` seconds."""

    title = "操作过于频繁"

    def __init__(self, code: str, detail: str, retry_after: float) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class Faults:
    """Gathers what is wrong with an input: each check runs although one before it refused."""

    def __init__(self) -> None:
        self._found: list[Refusal] = []

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """A check, whose refusal is kept for later."""
        try:
            yield
        except Refusal as refusal:
            self._found += all_of(refusal)

    def found(self, fault: Refusal) -> None:
        """Something that is wrong."""
        self._found.append(fault)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are known to be wrong."""
        return frozenset(one.field for one in self._found if one.field)

    def refuse(self) -> None:
        """Raise the first of them, with the others beside it, if there is any."""
        if self._found:
            first, *others = self._found
            first.others = tuple(others)
            raise first


def all_of(refusal: Refusal) -> Sequence[Refusal]:
    """It and what else was found."""
    return refusal, *refusal.others
