"""What the console shows of people, groups, organisations, roles, regions, sessions, keys and the audit."""

from __future__ import annotations

from cti.base.http.routes import SIGNED_IN
from cti.office.identity.api.absences import BASE as ABSENCES
from cti.office.identity.api.absences import AbsenceFields, AbsenceView
from cti.office.identity.api.audit import EntryDetail, EntryView
from cti.office.identity.api.groups import GroupFields, GroupView
from cti.office.identity.api.imports import Account
from cti.office.identity.api.keys import KeyFields, KeyView
from cti.office.identity.api.organisations import (
    NewOrganisation,
    OrganisationClosing,
    OrganisationFields,
    OrganisationView,
)
from cti.office.identity.api.people import GivenRoles, NewPerson, PersonFields, PersonView
from cti.office.identity.api.roles import NewRole, RoleFields, RoleView, SwitchEdit, SwitchView
from cti.office.identity.api.sessions import OpenSessionView
from cti.office.identity.permissions import LEVEL_TITLES
from cti.office.opening.service import Lack
from cti.office.screens import (
    Action,
    Detail,
    Empty,
    Field,
    Filter,
    List,
    Option,
    Screen,
    Tab,
    When,
    columns_of,
    fields_of,
)

GROUP, STAFF, SIGN_INS = "people", "staff", "sign_ins"
SEE, MANAGE = "people.see", "people.manage"
SEARCH = Filter(kind="text", key="search", title="查找", wide=True)
ORGANISATION = Filter(
    kind="choice", key="organisation", title="机构（含下级）", options_from="/api/options/organisations"
)
ON = (Option(value="false", title="正常", tone="ready"), Option(value="true", title="已停用", tone="off"))


def _edit(path: str, form: tuple[Field, ...], permission: str, when: When | None = None) -> Action:
    return Action(
        name="edit", title="修改", permission=permission, kind="form", method="PUT", path=path, form=form,
        form_source=path, when=when, done="已保存",
    )  # fmt: skip


def _ask(
    name: str, title: str, path: str, question: str, *, permission: str = "", method: str = "POST",
    danger: bool = False, when: When | None = None, shows: str | None = None,
) -> Action:  # fmt: skip
    return Action.model_validate(
        {
            "name": name, "title": title, "permission": permission, "kind": "confirm", "method": method, "path": path,
            "tone": "danger" if danger else None, "confirm": question, "when": when, "shows": shows,
        }
    )  # fmt: skip


ENABLED, DISABLED = When(key="disabled", among=(False,)), When(key="disabled", among=(True,))
PERSON = "/api/people/{id}"
PERSON_ACTIONS = (
    _edit(PERSON, fields_of(PersonFields), MANAGE),
    Action(
        name="roles", title="授予角色", permission="roles.manage", kind="form", method="PUT", path=f"{PERSON}/roles",
        form=fields_of(GivenRoles), form_source=PERSON, done="已授予",
    ),
    _ask("password", "重置密码", f"{PERSON}/password", "旧密码立即失效，本人须用新密码登录并修改。", permission=MANAGE,
         shows="password"),
    _ask("unlock", "解除锁定", f"{PERSON}/unlock", "密码连续错误的锁定将解除。", permission=MANAGE),
    _ask("factor", "停用二次验证", f"{PERSON}/second-factor", "用于本人手机丢失；其登录会话将结束。", permission=MANAGE,
         method="DELETE", danger=True, when=When(key="second_factor", among=(True,))),
    _ask("disable", "停用", f"{PERSON}/disable", "停用后不能登录，已登录的会话立即结束。", permission=MANAGE,
         danger=True, when=ENABLED),
    _ask("enable", "启用", f"{PERSON}/enable", "启用后可以登录。", permission=MANAGE, when=DISABLED),
)  # fmt: skip

SESSION_COLUMNS = columns_of(OpenSessionView, "login", "name", "address", "browser", "created_at", "seen_at")
END_SESSION = _ask("end", "强制下线", "/api/sessions/{id}", "该登录会话立即结束。", method="DELETE", danger=True)

PEOPLE = Screen(
    name="people", title="人员管理", also=("用户", "账号", "员工", "重置密码"), group=STAFF, icon="users", order=10,
    permission=SEE, kind="list",
    list=List(
        source="/api/people",
        columns=columns_of(
            PersonView, "name", "login", "agent_no", "organisation_title", "role_titles", "auto_answer",
            "second_factor", "locked_until", "disabled",
        ),
        filters=(
            SEARCH,
            ORGANISATION,
            Filter(kind="choice", key="role", title="角色", options_from="/api/options/roles"),
            Filter(kind="choice", key="disabled", title="状态", options=ON),
        ),
        sort="login",
        sorts=("login", "name", "agent_no"),
        empty=Empty(title="还没有人员", text="点“新增人员”，或从 Excel 导入。"),
        actions=(
            Action(
                name="import", title="导入", permission=MANAGE, kind="form", path="/api/people/import",
                preview="/api/people/import/preview", done="导入完成",
                shows="accounts", sheet=columns_of(Account, "login", "name", "password"),
                form=(Field(key="file", title="表格文件", kind="file", required=True, accept=".xlsx,.csv",
                            help="第一行为列名，与导入模板相同；先预览，再导入"),),
            ),
            Action(name="template", title="导入模板", permission=MANAGE, kind="download", method="GET",
                   path="/api/people/import/template"),
        ),
        row=PERSON_ACTIONS,
    ),
    detail=Detail(
        source=PERSON, title="name", subtitle="organisation_title", tags="role_titles",
        tabs=(
            Tab(name="about", title="基本信息", kind="fields", fields=columns_of(
                PersonView, "login", "agent_no", "organisation_title", "role_titles", "auto_answer", "second_factor",
                "locked_until", "disabled")),
            Tab(name="sessions", title="登录会话", kind="list", permission=MANAGE, list=List(
                source="/api/sessions?person={id}", columns=SESSION_COLUMNS, empty=Empty(title="没有登录"),
                row=(END_SESSION,))),
            Tab(name="audit", title="操作记录", kind="list", permission="audit.see", list=List(
                source="/api/audit?subject=person:{id}", id="sequence",
                columns=columns_of(EntryView, "at", "login", "action_title", "summary", "address"),
                empty=Empty(title="没有记录"))),
        ),
        actions=PERSON_ACTIONS,
    ),
    create=Action(
        name="create", title="新增人员", permission=MANAGE, kind="form", path="/api/people", tone="primary",
        form=fields_of(NewPerson), shows="password", done="已新增，初始密码",
    ),
)  # fmt: skip

ONE_GROUP = "/api/groups/{id}"
GROUPS_SCREEN = Screen(
    name="groups", title="人员班组", group=STAFF, icon="users-round", order=20, permission=SEE, kind="list",
    list=List(
        source="/api/groups",
        columns=columns_of(GroupView, "title", "organisation_title", "leader_name", "member_names"),
        filters=(SEARCH, Filter(kind="choice", key="organisation", title="机构",
                                options_from="/api/options/organisations")),
        empty=Empty(title="还没有班组", text="把座席编入班组，便于排班、质检和统计。"),
        row=(
            _edit(ONE_GROUP, fields_of(GroupFields), MANAGE),
            _ask("remove", "删除", ONE_GROUP, "删除班组，成员不受影响。", permission=MANAGE, method="DELETE",
                 danger=True),
        ),
    ),
    create=Action(
        name="create", title="新增班组", permission=MANAGE, kind="form", path="/api/groups", tone="primary",
        form=fields_of(GroupFields), done="已新增",
    ),
)  # fmt: skip

ONE_ORGANISATION, TREE = "/api/organisations/{name}", "organisations.manage"
ORGANISATIONS = Screen(
    name="organisations", title="组织机构", also=("部门", "单位", "机构"), group=STAFF, icon="network",
    order=30, permission=SEE, kind="list",
    list=List(
        source="/api/organisations", id="name",
        columns=columns_of(
            OrganisationView, "label", "name", "region_title", "region", "parent_title", "agent_numbers", "closed"
        ),
        filters=(
            SEARCH,
            Filter(kind="choice", key="region", title="行政区划", options_from="/api/options/regions"),
            Filter(kind="flag", key="closed", title="已撤销"),
        ),
        empty=Empty(title="还没有机构"),
        actions=(
            Action(
                name="import", title="导入", permission=TREE, kind="form", path="/api/organisations/import",
                preview="/api/organisations/import/preview", done="导入完成",
                form=(Field(key="file", title="表格文件", kind="file", required=True, accept=".xlsx,.csv",
                            help="上级机构写在前面的行；已有的机构按表格修改；先预览，再导入"),),
            ),
            Action(name="template", title="导入模板", permission=TREE, kind="download", method="GET",
                   path="/api/organisations/import/template"),
        ),
        row=(
            _edit(ONE_ORGANISATION, fields_of(OrganisationFields), TREE),
            Action(
                name="close", title="撤销", permission=TREE, kind="form", path=f"{ONE_ORGANISATION}/close",
                form=fields_of(OrganisationClosing), tone="danger", when=When(key="closed", among=(False,)),
                done="已撤销",
            ),
            _ask("open", "恢复", f"{ONE_ORGANISATION}/open", "恢复该机构。", permission=TREE,
                 when=When(key="closed", among=(True,))),
        ),
    ),
    create=Action(
        name="create", title="新增机构", permission=TREE, kind="form", path="/api/organisations", tone="primary",
        form=fields_of(NewOrganisation, "title", "name", "parent", "region", "agent_numbers"), done="已新增",
    ),
)  # fmt: skip

ONE_ROLE, ROLES_MANAGE = "/api/roles/{name}", "roles.manage"
OFFERED = When(key="has_offer", among=(True,))
ROLE_ACTIONS = (
    _edit(ONE_ROLE, fields_of(RoleFields), ROLES_MANAGE),
    _ask("take", "采纳新权限", f"{ONE_ROLE}/offer",
         "该角色由本单位修改过，因此没有自动获得“待采纳的新权限”一栏中的权限。现在全部加入？",
         permission=ROLES_MANAGE, when=OFFERED),
    _ask("decline", "不采纳", f"{ONE_ROLE}/offer", "保持角色现有的权限，不再提示这些新权限？",
         permission=ROLES_MANAGE, method="DELETE", when=OFFERED),
    _ask("remove", "删除", ONE_ROLE, "只能删除没有人使用的角色。", permission=ROLES_MANAGE, method="DELETE",
         danger=True, when=When(key="fixed", among=(False,))),
)  # fmt: skip
ROLES = Screen(
    name="roles", title="角色权限", also=("授权",), group=GROUP, icon="shield-check", order=40,
    permission=SEE, kind="list",
    list=List(
        source="/api/roles", id="name",
        columns=columns_of(
            RoleView, "title", "level_title", "reach_title", "permission_titles", "offered_titles", "second_factor",
            "fixed", "note",
        ),
        filters=(
            SEARCH,
            Filter(kind="choice", key="level", title="适用层级",
                   options=tuple(Option(value=one.value, title=title) for one, title in LEVEL_TITLES.items())),
        ),
        empty=Empty(title="还没有角色"),
        row=ROLE_ACTIONS,
    ),
    detail=Detail(
        source=ONE_ROLE, title="title", subtitle="name", actions=ROLE_ACTIONS,
        tabs=(
            Tab(name="about", title="基本信息", kind="fields", fields=columns_of(
                RoleView, "level_title", "reach_title", "second_factor", "fixed", "note", "permission_titles",
                "offered_titles")),
        ),
    ),
    create=Action(
        name="create", title="新增角色", permission=ROLES_MANAGE, kind="form", path="/api/roles", tone="primary",
        form=fields_of(NewRole, "title", "name", "level", "reach", "permissions", "second_factor", "note"),
        done="已新增",
    ),
)  # fmt: skip

REGIONS = Screen(
    name="regions", title="区域功能和开通", also=("区县", "归属"), group=GROUP, icon="map", order=50,
    permission=SEE, kind="list",
    list=List(
        source="/api/regions", id="region",
        columns=columns_of(SwitchView, "title", "region", "off_titles"),
        empty=Empty(title="还没有区域", text="建立机构后，其行政区域会出现在这里。"),
        row=(_edit("/api/regions/{region}", fields_of(SwitchEdit), ROLES_MANAGE),),
    ),
    detail=Detail(
        source="/api/regions/{region}", title="title", subtitle="region",
        tabs=(
            Tab(name="lacks", title="开通检查", kind="list", list=List(
                source="/api/regions/{region}/lacks", id="key", columns=columns_of(Lack, "sort", "words"),
                empty=Empty(title="可以开通", text="人员、号码、日历、流程、分类和派单目录都已齐备。"),
                opens="/{screen}")),
            Tab(name="about", title="区域功能", kind="fields", fields=columns_of(
                SwitchView, "title", "region", "off_titles")),
        ),
        actions=(_edit("/api/regions/{region}", fields_of(SwitchEdit), ROLES_MANAGE),),
    ),
)  # fmt: skip

SESSIONS = Screen(
    name="sessions", title="登录会话", group=SIGN_INS, icon="monitor-smartphone", order=60,
    permission=MANAGE, kind="list",
    list=List(
        source="/api/sessions", columns=SESSION_COLUMNS, filters=(SEARCH,), empty=Empty(title="没有人登录"),
        row=(END_SESSION,),
    ),
)  # fmt: skip

END_KEY = _ask("end", "停用", "/api/keys/{id}", "停用后用该密钥的程序立即不能访问。", method="DELETE", danger=True,
               when=When(key="state", among=("active",)))  # fmt: skip
KEY_COLUMNS = columns_of(
    KeyView,
    "title",
    "start",
    "scope_titles",
    "organisation",
    "addresses",
    "per_minute",
    "state",
    "expires_at",
    "used_at",
    "used_from",
)
MY_KEYS = Screen(
    name="my_keys", title="我的接口密钥", group=SIGN_INS, icon="key-round", order=70,
    permission="keys.make", kind="list",
    list=List(
        source="/api/session/keys", columns=KEY_COLUMNS,
        empty=Empty(title="还没有密钥", text="供其他系统以您的名义调用接口，只有所选的权限。"), row=(END_KEY,),
    ),
    create=Action(
        name="create", title="新增密钥", permission="keys.make", kind="form", path="/api/session/keys", tone="primary",
        form=fields_of(KeyFields), shows="secret", done="新的接口密钥",
    ),
)  # fmt: skip
KEYS = Screen(
    name="api_keys", title="接口密钥", group=SIGN_INS, icon="key", order=80, permission=MANAGE, kind="list",
    list=List(
        source="/api/keys", columns=(*columns_of(KeyView, "login"), *KEY_COLUMNS), filters=(SEARCH,),
        empty=Empty(title="没有密钥"), row=(END_KEY,),
    ),
)  # fmt: skip

AUDIT = Screen(
    name="audit", title="审计记录", also=("日志", "操作记录"), group=GROUP, icon="scroll-text",
    order=90, permission="audit.see", kind="list",
    list=List(
        source="/api/audit", id="sequence",
        columns=columns_of(EntryView, "at", "login", "action_title", "subject_title", "summary", "address", "sequence"),
        filters=(
            Filter(kind="period", key="period", title="时间"),
            Filter(kind="text", key="login", title="账号"),
            Filter(kind="choice", key="action", title="类别", options_from="/api/options/audit-actions"),
            Filter(kind="text", key="subject", title="对象（如 person:编号）"),
            Filter(kind="text", key="address", title="来源地址"),
        ),
        empty=Empty(title="没有符合条件的记录"),
        actions=(
            _ask("verify", "校验完整性", "/api/audit/chain/verify", "从头核对全部记录是否被修改、插入或删除。",
                 shows="words"),
        ),
    ),
    detail=Detail(
        source="/api/audit/{sequence}", title="action_title", subtitle="subject",
        tabs=(Tab(name="about", title="内容", kind="fields", fields=columns_of(
            EntryDetail, "sequence", "at", "login", "organisation", "address", "action", "subject", "lines")),),
    ),
)  # fmt: skip

ABSENCES_SCREEN = Screen(
    name="absences", title="离岗代理", group="work", icon="user-round-check", order=80, permission=SIGNED_IN,
    kind="list",
    list=List(
        source=ABSENCES,
        columns=columns_of(
            AbsenceView, "person_name", "deputy_name", "begins_at", "ends_at", "note", "made_by", "cancelled"
        ),
        filters=(Filter(kind="flag", key="past", title="已结束"),),
        empty=Empty(title="没有离岗代理", text="请假、出差前登记代理人：期间由其代办，到时自动结束。"),
        row=(
            _ask("cancel", "取消", f"{ABSENCES}/{{id}}", "代理立即结束。", method="DELETE", danger=True,
                 when=When(key="cancelled", among=(False,))),
        ),
    ),
    create=Action(
        name="create", title="登记离岗代理", permission=SIGNED_IN, kind="form", path=ABSENCES, tone="primary",
        form=fields_of(AbsenceFields), done="已登记",
    ),
)  # fmt: skip

SCREENS = (PEOPLE, GROUPS_SCREEN, ABSENCES_SCREEN, ORGANISATIONS, ROLES, REGIONS, SESSIONS, MY_KEYS, KEYS, AUDIT)
