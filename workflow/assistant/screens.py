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
    fields_of,
    options_of,
)
from workflow.assistant.api import MODEL_BASE
from workflow.assistant.dispatching.records import Dispatches
from workflow.assistant.dispatching.views import DISPATCHES, REVIEWS, RULE, DispatchView, RuleFields, Verdict
from workflow.assistant.dispatching.views import STATES as STATES_OF_DISPATCH
from workflow.assistant.rules import BASE, DISPATCH, MODELS, USE
from workflow.assistant.trained import Models
from workflow.assistant.views import PURPOSES, STATES, CountLine, ModelView

TRAINING = Action(
    name="train", title="立即训练", permission=MODELS, kind="confirm", path=f"{MODEL_BASE}/train", tone="primary",
    confirm="用已登记的工单训练新模型？训练在后台进行，不影响通话。", done="已开始训练，完成后出现在列表中",
)  # fmt: skip
TRYING = Action(
    name="try", title="测试大模型", permission=MODELS, kind="confirm", path=f"{BASE}/writing/try", at_once=True,
    shows="words",
)  # fmt: skip
USING = Action(
    name="use", title="启用", permission=MODELS, kind="confirm", path=f"{MODEL_BASE}/{{id}}/use",
    confirm="启用此版本？在用的版本会保留，可随时换回。", when=When(key="state", among=("made", "replaced")),
    done="已启用",
)  # fmt: skip
SETTING = Action(
    name="set", title="设置", permission=DISPATCH, kind="form", method="PUT", path=RULE, form=fields_of(RuleFields),
    form_source=RULE, done="已保存",
)  # fmt: skip
ONE = f"{DISPATCHES}/{{id}}"
JUDGING = (
    Action(
        name="judge", title="抽查", permission=DISPATCH, kind="form", path=f"{ONE}/judge", form=fields_of(Verdict),
        told=True, tone="primary", done="已记录",
    ),
    Action(
        name="take_back", title="撤回", permission=DISPATCH, kind="confirm", path=f"{ONE}/take_back", told=True,
        at_once=True, done="已收回重新派审，计为派错一次",
    ),
)  # fmt: skip

SCREENS = (
    Screen(
        name="assistant_dispatches", title="自动派单", group="assistance", icon="split", order=72, permission=DISPATCH,
        kind="list",
        list=List(
            source=DISPATCHES, records=Dispatches.kind, badge={"review": "waiting"}, note=f"{RULE}/note",
            columns=columns_of(
                DispatchView, "number", "title", "unit", "probability", "words", "state", "review", "created_at",
                "others", "model", "note",
            ),
            filters=(
                Filter(kind="text", key="search", title="工单编号"),
                Filter(kind="choice", key="review", title="抽查", options=options_of(REVIEWS)),
                Filter(kind="choice", key="state", title="结果", options=options_of(STATES_OF_DISPATCH)),
                Filter(kind="choice", key="unit", title="派往单位", options_from="/api/tickets/options/units"),
                Filter(kind="period", key="created", title="派出时间"),
            ),
            sort=Dispatches.sort, sorts=("created_at",), actions=(SETTING,), row=JUDGING, opens="/tickets/{ticket}",
            export=f"{DISPATCHES}/export", export_permission=DISPATCH,
            empty=Empty(
                title="没有自动派出的工单", text="启用后，概率达到要求的工单送审后自动交办，列在这里；按比例抽查。"
            ),
        ),
    ),
    Screen(
        name="assistant_models", title="智能模型", group="assistance", icon="puzzle", order=70, permission=MODELS,
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
            sort=Models.sort, sorts=("updated_at",), actions=(TRAINING, TRYING), row=(USING,),
            empty=Empty(title="还没有模型", text="工单足够后每周自动训练，也可立即训练；在此之前按分类名称推荐。"),
        ),
        detail=Detail(
            source=f"{MODEL_BASE}/{{id}}", title="purpose", subtitle="number", actions=(USING,),
            tabs=(
                Tab(
                    name="about", title="模型卡片", kind="fields",
                    fields=columns_of(
                        ModelView, "state", "why", "first_rate", "two_rate", "five_rate", "calibration", "sure",
                        "confused", "uncounted", "compared_words", "tickets", "repeated", "until", "created_at",
                        "seconds", "megabytes",
                    ),
                ),

            ),
        ),
    ),
    Screen(
        name="assistant_counted", title="智能填单效果", group="assistance", icon="chart-column", order=70,
        permission=USE,
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
