"""What was filled in, as people read it."""

from __future__ import annotations

from cti.office.forms.definition import Form
from cti.office.forms.words import answers, form_words

FORM = Form.model_validate({
    "form": "survey", "title": "调查",
    "fields": {
        "overall": {"title": "总体", "type": "choice", "options": {"good": "满意", "bad": "不满意"}},
        "known": {"title": "了解渠道", "type": "choices", "options": {"tv": "电视", "web": "网络"}},
        "again": {"title": "愿意再来电", "type": "flag"},
        "unit": {"title": "单位", "type": "choices", "from": "units"},
        "score": {"title": "打分", "type": "integer"},
        "advice": {"title": "建议", "type": "long"},
    },
})  # fmt: skip


def test_each_answer_stands_by_its_question_and_what_is_empty_is_left_out() -> None:
    values = {"advice": "", "again": True, "known": ["tv", "web"], "overall": "bad", "score": 0, "unit": ["a", "b"]}
    titles = {"units": {"a": "水务局", "b": "城管局"}.__getitem__}
    assert dict(answers(FORM, values, titles)) == {
        "总体": "不满意", "了解渠道": "电视、网络", "愿意再来电": "是", "单位": "水务局、城管局",
        "打分": "0",
    }  # fmt: skip
    assert form_words(FORM, {"overall": "good", "again": False}) == "总体：满意"
    assert form_words(None, {"overall": "good"}) == ""
