"""What the console shows of the assistant."""

from __future__ import annotations

from cti.office.screens import (
    Action,
    DeskCard,
    Detail,
    Empty,
    Filter,
    List,
    Screen,
    Tab,
    When,
    columns_of,
    options_of,
)
from workflow.assistant.api import MODEL_BASE
from workflow.assistant.rules import BASE, MODELS, USE
from workflow.assistant.trained import Models
from workflow.assistant.views import PURPOSES, STATES, CountLine, ModelView

TRAINING = Action(
    name="train", title="立即训练", permission=MODELS, kind="confirm", path=f"{MODEL_BASE}/train", tone="primary",
    confirm="用已登记的工单训练新模型？训练在后台进行，不影响通话。", done="已开始训练，完成后出现在列表中",
)  # fmt: skip
USING = Action(
    name="use", title="启用", permission=MODELS, kind="confirm", path=f"{MODEL_BASE}/{{id}}/use",
    confirm="启用此版本？在用的版本会保留，可随时换回。", when=When(key="state", among=("made", "replaced")),
    done="已启用",
)  # fmt: skip

SCREENS = (
    Screen(
        name="assistant_models", title="智能模型", group="rules", icon="puzzle", order=70, permission=MODELS,
        kind="list",
        list=List(
            source=MODEL_BASE,
            columns=columns_of(
                ModelView, "purpose", "number", "state", "first_rate", "two_rate", "tickets", "created_at", "why"
            ),
            filters=(
                Filter(kind="choice", key="purpose", title="用途", options=options_of(PURPOSES)),
                Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),
            ),
            sort=Models.sort, sorts=("updated_at",), actions=(TRAINING,), row=(USING,),
            empty=Empty(title="还没有模型", text="工单足够后每周自动训练，也可立即训练；在此之前按分类名称推荐。"),
        ),
        detail=Detail(
            source=f"{MODEL_BASE}/{{id}}", title="purpose", subtitle="number", actions=(USING,),
            tabs=(
                Tab(
                    name="about", title="模型卡片", kind="fields",
                    fields=columns_of(
                        ModelView, "state", "why", "first_rate", "two_rate", "five_rate", "calibration", "sure",
                        "confused", "compared_words", "tickets", "repeated", "until", "created_at", "seconds",
                        "megabytes",
                    ),
                ),

            ),
        ),
    ),
    Screen(
        name="assistant_counted", title="智能填单效果", group="tickets", icon="chart-column", order=70, permission=USE,
        kind="list",
        list=List(
            source=f"{BASE}/counted",
            columns=columns_of(CountLine, "title", "proposed", "kept", "changed", "empty", "rate"),
            filters=(Filter(kind="period", key="at", title="日期"),),
            empty=Empty(title="还没有数据", text="座席按来电登记工单后，这里按字段统计推荐内容与实际登记是否相同。"),
        ),
    ),
)  # fmt: skip
SLOTS = (
    DeskCard(
        name="assistant", title="智能填单", order=3, permission=USE, source=f"{BASE}/counted",
        component="assistant/DeskAssistant", key="F", empty=Empty(title="没有推荐"),
    ),
)  # fmt: skip
