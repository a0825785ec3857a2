"""What the console shows of the phone book."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Action, DeskTargets, Empty, Filter, Option, Screen, When
from workflow.contacts.api import BASE, WORK
from workflow.contacts.service import BOOKS, Contacts

ONE = f"{BASE}/{{id}}"
DIAL = Action(
    name="dial",
    title="拨打",
    permission=WORK,
    kind="confirm",
    path=f"{ONE}/dial",
    tone="primary",
    confirm="拨打该联系人？正在通话时，来电者会先听音乐等候。",
    when=When(key="removed", among=(False,)),
    done="正在呼叫",
)

SCREENS = (
    Screen(
        name="contacts",
        title="通讯录",
        group="calls",
        icon="book-user",
        order=20,
        permission=Contacts.see,
        kind="list",
        list=record_list(
            Contacts,
            BASE,
            columns=("name", "phone", "book", "address", "mail", "site", "updated_at"),
            sorts=("place", "name", "updated_at"),
            search="名称、拼音首字母或号码",
            filters=(
                Filter(
                    kind="choice",
                    key="book",
                    title="通讯录",
                    options=tuple(Option(value=value, title=title) for value, title in BOOKS.items()),
                ),
            ),
            row=(DIAL,),
            empty=Empty(title="通讯录是空的", text="逐条新增，或用表格一次导入各级热线和承办单位。"),
        ),
        create=record_create(Contacts, BASE),
        detail=record_detail(
            Contacts,
            BASE,
            title="name",
            subtitle="phone",
            actions=(DIAL,),
            about=("name", "book", "phone", "phones", "address", "site", "mail", "duties", "notes"),
        ),
    ),
)

SLOTS = (DeskTargets(name="contacts", title="通讯录", permission=Contacts.see, source=f"{BASE}/targets"),)
