"""What the audit's actions and subjects are called by people: `person.added` is 新增人员."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
"""A ULID."""

KINDS = {
    "person": "人员",
    "file": "附件",
    "session": "登录",
    "organisation": "机构",
    "role": "角色",
    "region": "区域功能",
    "group": "班组",
    "key": "接口密钥",
    "absence": "离岗代理",
    "personal": "个人信息",
    "recording": "录音",
    "dial": "拨打",
    "refused_dial": "被拦截的拨打",
    "campaign": "外呼活动",
    "assistant_model": "智能模型",
    "audit": "审计记录",
    "flow": "语音流程",
    "process": "业务流程",
    "form": "表单",
    "figure": "统计口径",
    "printout": "打印模板",
    "case": "流程办理",
    "prompt": "语音文件",
    "routing": "号码分配",
    "supervision": "班长操作",
    "call": "来电",
    "agent": "座席",
    "statistics": "统计",
    "acd": "排队与分配设置",
    "job": "后台任务",
    "timer": "定时任务",
    "settings": "系统设置",
    "calendars": "工作日历",
    "missed": "待回电",
    "alarm": "告警",
    "contact": "消息接收方式",
    "letter": "消息记录",
    "template": "消息模板",
    "channel": "消息渠道",
    "connector": "连接器",
    "connector_call": "连接器调用",
    "mapping": "字段对照",
}
"""Kinds of subjects; records of plugins add theirs."""

VERBS = {
    "added": "新增{}",
    "edited": "修改{}",
    "changed": "修改{}",
    "tested": "测试{}",
    "removed": "删除{}",
    "purged": "彻底清除{}",
    "restored": "恢复{}",
    "merged": "合并{}",
    "joined": "登记{}联名人",
    "imported": "导入{}",
    "exported": "导出{}",
    "refused": "拦截{}",
    "extended": "扩充{}",
    "enabled": "启用{}",
    "disabled": "停用{}",
    "closed": "撤销{}",
    "opened": "恢复{}",
    "looked": "查看{}",
    "read": "查看{}",
    "seen": "查看{}",
    "looks": "查看谁看过{}",
    "verified": "校验{}",
    "taken": "接手{}",
    "released": "放回{}",
    "dialled": "回拨{}",
    "done": "完成{}",
    "draft": "保存{}草稿",
    "draft_dropped": "删除{}草稿",
    "publish": "发布{}",
    "roll_back": "回退{}版本",
    "acknowledged": "确认{}",
    "resent": "重发{}",
    "replayed": "重发{}",
    "tried": "试调{}",
    "trained": "训练{}",
    "printed": "打印{}",
    "sent": "发送{}",
}

WHOLE = {
    "session.begun": "登录",
    "session.refused": "登录失败",
    "session.ended": "退出登录",
    "session.stolen": "会话被其他浏览器使用，已结束",
    "session.killed": "强制下线",
    "person.password_reset": "重置密码",
    "person.password_changed": "修改本人密码",
    "person.linked": "关联统一认证身份",
    "person.phone_secret": "更换本人话机密码",
    "person.own_phone": "核验或删除本人的联系电话",
    "person.answer_mode": "修改应答方式",
    "person.unlocked": "解除锁定",
    "person.second_factor_on": "启用二次验证",
    "person.second_factor_off": "停用二次验证",
    "person.recovery_code_used": "使用恢复码登录",
    "region.switched": "设置区域功能",
    "role.offer_declined": "不采纳角色的新权限",
    "knowledge.rebuild": "重建知识库索引",
    "assistant_writing.tested": "测试大模型",
    "assistant_dispatch.sent": "智能派单自动交办",
    "assistant_dispatch.taken_back": "撤回智能派单",
    "assistant_dispatch.judged": "抽查自动派单",
    "assistant_dispatch_rule.edited": "修改自动派单规则",
    "chat.stepped_in": "督导加入在线会话",
    "article.import_undone": "撤销导入的知识",
    "knowledge_import.look": "试导入归并知识",
    "knowledge_import.take": "导入归并知识",
    "knowledge_import.stop": "停止导入归并知识",
    "knowledge_import.undo": "撤销归并知识导入",
    "public_session.begun": "市民登录公众网站",
    "public_session.ended": "结束市民在公众网站的登录",
    "personal.revealed": "查看被遮盖的个人信息",
    "recording.listened": "收听录音",
    "call.line_called": "呼叫紧急号码或部门专线并移交来电信息",
    "recording.marked": "标记录音",
    "recording.unmarked": "取消录音标记",
    "routing.change": "修改号码分配",
    "key.used": "使用接口密钥",
    "audit.head_lost": "审计链尾记录丢失",
    "number.searched": "按号码查找",
    "name.searched": "按姓名查找",
    "file.downloaded": "下载附件",
    "ticket_tags.edited": "修改工单操作标签",
    "ticket.import_undone": "撤销导入的工单",
    "recording_import.look": "试导入原平台录音",
    "recording_import.take": "导入原平台录音",
    "recording_import.stop": "停止导入原平台录音",
    "recording_import.undo": "撤销导入原平台录音",
    "ticket_import.look": "试导入历史工单",
    "ticket_import.take": "导入历史工单",
    "ticket_import.stop": "停止导入历史工单",
    "ticket_import.undo": "撤销历史工单导入",
    "ticket.verified": "核验工单",
    "ticket.dialled": "从工单拨打市民",
    "revisit.accepted": "自动采用智能回访结果",
    "revisit.verified": "核实智能回访结果",
    "revisit.to_human": "智能回访转人工",
    "revisit.taken_over": "接管智能回访通话",
    "revisit.stopped": "停止智能回访",
    "revisit.again": "重新智能回访",
    "revisit_plan.start": "开始回访计划",
    "revisit_plan.pause": "暂停回访计划",
    "revisit_plan.finish": "结束回访计划",
    "recording.downloaded": "下载录音",
    "recording.taken_in": "收入无主录音",
    "key.used_up": "接口密钥过期",
    "supervision.listen": "监听",
    "supervision.whisper": "密语",
    "supervision.barge": "强插",
    "supervision.intercept": "拦截",
    "supervision.hangup": "强拆",
    "hand.raised": "举手求助",
    "hand.taken_back": "撤回求助",
    "hand.answered": "响应求助",
    "hand.left": "签出，求助结束",
    "floor.message_sent": "发送现场消息",
    "supervision.state.ready": "强制就绪",
    "supervision.state.break": "强制小休",
    "supervision.state.signed_out": "强制签出",
    "person.recovery_renewed": "更换恢复码",
    "acd.raise": "调整排队优先级",
    "acd.move": "转到其他队列",
    "acd.take_out": "移出排队",
    "acd.callback.now": "立即回拨",
    "acd.callback.cancel": "取消回拨",
    "calendars.change": "修改工作日历",
    "job.retried": "重试后台任务",
    "timer.run": "立即执行定时任务",
    "job.cancelled": "取消后台任务",
    "missed.listened": "收听留言",
    "missed.rung": "回拨结束",
    "missed.done": "填写回电结果",
    "missed.again": "重新回电",
    "prompt.remove": "删除语音文件",
    "settings.changed": "修改系统设置",
    "backup.asked": "启动备份",
    "contact.changed": "修改联系方式",
    "process.move_cases": "把在办事项移到其他流程版本",
    "case.opened": "开始流程办理",
    "case.taken": "领取流程任务",
    "case.edited": "更新流程时限",
    "case.revision": "移到其他流程版本",
    "case.handed_over": "移交在办事项",
    "case.released": "放回流程任务",
}

FIELDS = {
    "login": "账号",
    "name": "姓名",
    "agent_no": "工号",
    "organisation": "机构",
    "roles": "角色",
    "auto_answer": "自动应答",
    "disabled": "停用",
    "title": "名称",
    "region": "行政区划",
    "parent": "上级机构",
    "agent_numbers": "工号范围",
    "closed": "撤销",
    "permissions": "权限",
    "reach": "数据范围",
    "level": "适用层级",
    "note": "说明",
    "second_factor": "二次验证",
    "off": "停用的功能",
    "leader": "组长",
    "members": "成员",
    "failures": "连续错误次数",
    "locked_seconds": "锁定秒数",
    "left": "剩余个数",
    "how": "登录方式",
    "scopes": "权限",
    "addresses": "来源地址",
    "expires_at": "到期时间",
    "start": "密钥开头",
    "fields": "字段",
    "ids": "编号",
    "call": "来电",
    "successor": "并入的机构",
    "values": "内容",
    "person": "人员",
    "deputy": "代理人",
    "begins_at": "开始时间",
    "ends_at": "结束时间",
    "action": "操作",
    "events": "事件",
    "head": "事件链尾",
    "removed": "已删除",
    "filters": "查询条件",
    "file": "附件",
    "size": "字节数",
    "type": "类型",
    "sha256": "校验值",
}
"""Names of what changes; others stand as they are."""


def title_of(action: str, kinds: Mapping[str, str] = KINDS, named: Callable[[str], str] | None = None) -> str:
    """The words for an action, else those by which `named` knows it; itself where there are none."""
    if action in WHOLE:
        return WHOLE[action]
    if named is not None and (title := named(action)):
        return title
    kind, _, verb = action.partition(".")
    if verb in VERBS and kind in kinds:
        return VERBS[verb].format(kinds[kind])
    return action


def subject_of(subject: str, kinds: Mapping[str, str] = KINDS) -> str:
    """A subject for people: its kind, and what it is called; of an id only the end, by which two are told apart."""
    kind, _, name = subject.partition(":")
    title = kinds.get(kind, kind)
    if ID.fullmatch(name):
        return f"{title} …{name[-6:]}"
    return f"{title} {name}".strip()


def value_of(value: object) -> str:
    """A value for people: lists with 、 between, and what has parts as `名称 值`."""
    if value in (None, "", [], {}):
        return "无"
    match value:
        case {"shown": shown, "hash": hashed, **rest} if not rest:
            return f"{value_of(shown)}（校验 {str(hashed)[:12]}）"
        case bool():
            return "是" if value else "否"
        case dict():
            return "；".join(f"{FIELDS.get(str(key), str(key))} {value_of(one)}" for key, one in value.items())
        case list():
            return "、".join(value_of(one) for one in value)
    return str(value)
