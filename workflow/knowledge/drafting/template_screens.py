"""What the console shows of templates: their page, and on an article's page the button that keeps it as one."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list, reference_filter
from cti.office.screens import Action, Empty, Filter, Screen, fields_of
from workflow.knowledge.api import ONE
from workflow.knowledge.drafting.templates import TEMPLATES, TemplateFields, Templates
from workflow.knowledge.menu import MAKING
from workflow.knowledge.rules import MANAGE, WRITE

AS_TEMPLATE = Action(
    name="as_template", title="存为模板", permission=MANAGE, kind="form", path=f"{ONE}/template", done="已存为知识模板",
    form=fields_of(TemplateFields, "name", "purpose"),
)  # fmt: skip
BEGIN = Action(
    name="begin", title="用它新建", permission=WRITE, kind="confirm", path=f"{TEMPLATES}/{{id}}/article", at_once=True,
    done="已建立草稿", opens="knowledge_articles",
)  # fmt: skip
TEMPLATE_SCREENS = (
    Screen(
        name="knowledge_templates",
        title="知识模板",
        group=MAKING,
        icon="file-text",
        order=36,
        permission=Templates.see,
        kind="list",
        list=record_list(
            Templates,
            TEMPLATES,
            columns=("name", "purpose", "type_title", "category", "used"),
            aside=("audience", "title", "updated_at", "created_by"),
            search="名称或用途",
            imports=False,
            filters=(Filter(kind="flag", key="used", title="启用"), reference_filter(Templates, "category", "归口")),
            row=(BEGIN,),
            empty=Empty(title="还没有知识模板", text="常用的写法存为模板：在这里新增，或在知识的页面上“存为模板”。"),
        ),
        create=record_create(Templates, TEMPLATES),
        detail=record_detail(
            Templates,
            TEMPLATES,
            title="name",
            subtitle="purpose",
            about=("type_title", "title", "category", "audience", "summary", "body", "keywords", "used"),
        ),
    ),
)
