"""The sentences about processes and their tests, by code."""

from __future__ import annotations

from cti.base.files.faults import FAULTS
from cti.base.files.sentences import Sentence, Sentences
from cti.office.workshop.sentences import WORKSHOP

PROCESSES: dict[str, Sentence] = {
    # ── the file ──
    "replaces-alone": Sentence(
        "replaces and regions need each other",
        "replaces 和 regions 要一起写",
        "a process in the place of another nowhere",
    ),
    "replaces-itself": Sentence("it replaces itself", "流程不能替代自己", "a process in its own place"),
    "region-unknown": Sentence(
        "there is no region {region} (GB/T 2260)", "行政区划代码 {region} 不存在（GB/T 2260）", "no region"
    ),
    "replaced-twice": Sentence(
        "{other} goes in the place of {process} in {region} already",
        "{region} 已由流程 {other} 替代 {process}",
        "two processes for one region",
    ),
    # ── names ──
    "step-unknown": Sentence("there is no step {step}", "没有环节 {step}", "a step is named that does not exist"),
    "action-unknown": Sentence("there is no action {action}", "没有操作 {action}", "an action that does not exist"),
    "process-unknown": Sentence("there is no process {process}", "没有流程 {process}", "a process that does not exist"),
    "process-about": Sentence(
        "{process} is about {other}, not {about}",
        "流程 {process} 用于 {other}，不能用于 {about}",
        "a parallel task about another kind of record",
    ),
    "permission-unknown": Sentence("there is no permission {permission}", "没有权限 {permission}", "no permission"),
    "form-unknown": Sentence("there is no form {form}", "没有表单 {form}", "a form that does not exist"),
    "calendar-unknown": Sentence("there is no calendar {calendar}", "没有日历 {calendar}", "no calendar"),
    "clock-unknown": Sentence("there is no time limit {clock}", "没有时限 {clock}", "a time limit that does not exist"),
    "role-unknown": Sentence(
        "no parallel task is {role}", "没有承办角色 {role} 的并行任务", "a role that no parallel task has"
    ),
    "value-unknown": Sentence("there is no value {name}", "没有流程变量 {name}", "an effect on no value"),
    "value-reserved": Sentence(
        "{name} means something else in expressions",
        "{name} 在表达式里另有含义，不能用作变量名",
        "a value with a name that is taken",
    ),
    "who-missing": Sentence(
        "nobody may do {action}: neither it nor its step says who",
        "{action} 没有人可以操作：操作和环节都没有写 who",
        "an action that is nobody's",
    ),
    # ── steps and ways ──
    "step-unreached": Sentence("{step} is never reached", "没有任何去向通往环节 {step}", "no way leads to a step"),
    "step-stuck": Sentence(
        "nobody can leave {step}", "环节 {step} 没有任何出口", "a step without ways that ends nothing"
    ),
    "end-missing": Sentence(
        "from {step} no end can be reached{others}", "从环节 {step} 走不到任何办结环节{others}", "no end can be reached"
    ),
    "and-others": Sentence(" (nor from {count} others)", "（还有 {count} 个环节）"),
    "outcome-goes-on": Sentence(
        "{step} ends the case: its {key} mean nothing", "环节 {step} 已办结，{key} 不起作用", "ways out of an end"
    ),
    "way-unreached": Sentence(
        "this way is never taken: an earlier one holds whenever it does",
        "这个去向永远走不到：前面的条件已经覆盖它",
        "the second of two ways that cannot be told apart",
    ),
    "actions-never": Sentence(
        "{step} is passed at once: its actions are never offered",
        "环节 {step} 总是立即通过，其操作永远不会出现",
        "actions at a step where no case stays",
    ),
    "circle": Sentence(
        "steps are passed in a circle: {circle}", "环节自动循环：{circle}", "cases would pass steps without end"
    ),
    # ── parallel tasks ──
    "join-none": Sentence(
        "no parallel task can be open at {step}", "到环节 {step} 时不会有并行任务", "a join without parallel tasks"
    ),
    "join-never": Sentence(
        "never holds: {name} is never {value}", "永远不成立：{name} 不会是 {value}", "a join that can never hold"
    ),
    "join-missing": Sentence(
        "parallel tasks begin here, and no step after it joins them",
        "这里交办了并行任务，但之后没有环节汇合（joins）",
        "parallel tasks that nothing waits for",
    ),
    # ── time limits ──
    "clock-never": Sentence(
        "the time limit never begins: no step of `during` is reached",
        "时限永远不会开始：during 的环节都走不到",
        "a time limit that never begins",
    ),
    "clock-end": Sentence(
        "{step} ends the case, and with it the time limit",
        "环节 {step} 已办结，时限在此没有意义",
        "a time limit at an end",
    ),
    "then-never": Sentence(
        "no step at which the time limit runs has the action {action}",
        "时限计时的环节都没有操作 {action}",
        "what should be done when time is over can never be done",
    ),
    "then-nobody": Sentence(
        "the house may not do {action}",
        "系统无权操作 {action}",
        "what the house should do when time is over is not its own",
    ),
    "clock-both": Sentence(
        "{step} stands among during and pauses",
        "环节 {step} 同时写在 during 和 pauses 里",
        "a step at which a limit runs and stands still",
    ),
    "clock-endless": Sentence(
        "never ends: no step outside of it, and no end, can be reached",
        "永远不会结束：从计时的环节走不到其他环节，也走不到办结",
        "a time limit that never ends",
    ),
    "pause-endless": Sentence(
        "paused at {step}, the time limit can neither go on nor end",
        "在环节 {step} 暂停后，时限再也不能继续或结束",
        "a pause without return",
    ),
    "limit-unreached": Sentence(
        "never counts: an earlier limit always holds", "永远用不到：前面的时限总是成立", "a limit that never counts"
    ),
    "limit-none": Sentence(
        "without a limit when no condition holds", "条件都不成立时没有时限", "a time limit that may be missing"
    ),
    # ── expressions ──
    "form-none": Sentence(
        "there is no form here", "这里没有表单可读", "an expression reads a form where none is filled in"
    ),
    "part-none": Sentence(
        "a parallel task (part) is known in joins only",
        "只有 joins 里可以用 part",
        "an expression reads `part` elsewhere",
    ),
    # ── the citizen ──
    "public-missing": Sentence(
        "{step} says nothing to the citizen (public), other steps do",
        "环节 {step} 没有写给市民看的进度（public），其他环节写了",
        "a step of which the citizen is told nothing",
    ),
    # ── tests ──
    "person-unknown": Sentence("nobody in the cast is {person}", "测试人员里没有 {person}", "a test with nobody"),
    "move-empty": Sentence(
        "nothing is done or expected", "这一步什么也没做、也没有期望", "a move of a test without a purpose"
    ),
    "trial-refused": Sentence(
        "move {move}: {who} {action} was refused: {words}", "第 {move} 步：{who} 的 {action} 被拒绝：{words}"
    ),
    "trial-done": Sentence("move {move}: {who} {action} was not refused", "第 {move} 步：{who} 的 {action} 没有被拒绝"),
    "trial-words": Sentence(
        "move {move}: refused with {words}, not {wanted}", "第 {move} 步：拒绝的话是“{words}”，不是“{wanted}”"
    ),
    "trial-task": Sentence("move {move}: {holder} has no task", "第 {move} 步：{holder} 没有任务"),
    "trial-is": Sentence(
        "move {move}: {name} is {found}, not {wanted}", "第 {move} 步：{name} 是 {found}，不是 {wanted}"
    ),
    "trial-opens": Sentence("the case was not opened: {words}", "没能立案：{words}"),
    "trial-broken": Sentence("move {move}: {words}", "第 {move} 步：{words}"),
    # ── hints ──
    "hint-there": Sentence("there are: {names}", "可用：{names}"),
    "hint-step-out": Sentence(
        "give it an action with `next`, `passes`, `joins` or an `outcome`",
        "加上带 next 的操作、passes、joins 或 outcome",
    ),
    "hint-lead": Sentence("let a way lead there, or remove it", "让某个去向通往这里，或删除它"),
    "hint-who": Sentence("write `who` at the step or the action", "在环节或操作上写 who"),
    "hint-house": Sentence("write `{{of: house}}` among its `who`", "在它的 who 里加上 {{of: house}}"),
    "hint-join": Sentence("write `joins` at a step that is reached from here", "在之后的环节上写 joins"),
    "hint-limit": Sentence("a last limit without `if`", "最后加一条不带 if 的时限"),
    "hint-form": Sentence("name a form with the action", "给操作写上 form"),
}

say = Sentences({**FAULTS, **WORKSHOP, **PROCESSES})
