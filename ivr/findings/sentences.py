"""The sentences about flows, their tests and the routing table, by code: `hotline flow codes` lists them."""

from __future__ import annotations

from cti.base.files.faults import FAULTS
from cti.base.files.sentences import Sentence, Sentences
from cti.office.workshop.sentences import WORKSHOP
from ivr.findings.hints import HINTS

FLOWS: dict[str, Sentence] = {
    # ── the file ──
    "flow-other": Sentence(
        "this is the flow {flow}, not {name}", "文件里写的是流程 {flow}，不是 {name}", "a flow under another name"
    ),
    "flow-shape": Sentence(
        "a flow file is a mapping with flow, start and nodes",
        "流程文件应由 flow、start、nodes 等键组成",
        "no flow at all",
    ),
    "nodes-shape": Sentence("nodes is a mapping from names to nodes", "nodes 下应为“节点名: 节点”", "no nodes"),
    "node-shape": Sentence("a node is a mapping", "节点应写成“键: 值”", "a node that is no mapping"),
    "node-kinds": Sentence(
        "a node has one kind; this one has {kinds}",
        "一个节点只能有一种类型，这里同时写了 {kinds}",
        "a node of several kinds",
    ),
    "node-kind": Sentence("{node} has no known kind", "节点 {node} 没有可识别的类型", "a node of no kind"),
    # ── nodes and ways ──
    "node-unknown": Sentence("there is no node {node}", "没有节点 {node}", "a node is named that does not exist"),
    "node-unreached": Sentence("{node} is never reached", "没有任何去向通往节点 {node}", "no way leads to a node"),
    "way-dangling": Sentence(
        "{node}: {way} leads to {target}, which does not exist",
        "节点 {node} 的去向 {way} 指向 {target}，而 {target} 不存在",
        "a way leads to no node",
    ),
    "way-missing": Sentence(
        "{node} has no way out for {ways}", "节点 {node} 缺少去向：{ways}", "a node does not say where it goes on"
    ),
    "end-missing": Sentence(
        "from {node} there is no way out to an end{others}",
        "从 {node} 走不到任何结束节点{others}",
        "no end can be reached",
    ),
    "loop-endless": Sentence(
        "a loop without limit: {circle}", "没有次数限制的循环：{circle}", "a circle without any act of the citizen"
    ),
    "hangup-speaks": Sentence(
        "after the hang-up comes {node}, which needs the citizen on the line",
        "挂机后要走到节点 {node}，但它需要市民在线",
        "what runs after a hang-up needs somebody there",
    ),
    "hangup-missing": Sentence(
        "{node} has no way hangup",
        "节点 {node} 没有写挂机（hangup）后的去向",
        "a message of which nobody hears when its caller hangs up",
    ),
    "flow-recursion": Sentence(
        "{node} calls {called}, which comes back to {flow}: sub-flows do not recurse",
        "节点 {node} 调用 {called}，而它又回到 {flow}：子流程不能递归",
        "a flow calls itself",
    ),
    # ── values that are asked for ──
    "wish-unasked": Sentence(
        "{name} is wanted, and nothing asks for it",
        "{name} 是必填项，但没有写怎么问（ask）",
        "a value that is wanted is never asked for",
    ),
    "wish-kinds": Sentence(
        "{name} has a kind, values or a pattern: one of them",
        "{name} 的 kind、values、pattern 只能写一种",
        "a value of several kinds",
    ),
    "wish-key": Sentence(
        "the key {key} stands for {value}, which is none of the values",
        "按键 {key} 对应的 {value} 不在 values 里",
        "a key for a value that does not exist",
    ),
    "pattern-bad": Sentence("{pattern} is no pattern: {fault}", "{pattern} 不是有效的匹配式：{fault}", "a bad pattern"),
    # ── what may be asked in between ──
    "aside-unknowable": Sentence(
        "an aside is known by words or examples, or is otherwise: true",
        "插问要写 words 或 examples，或写 otherwise: true",
        "something asked in between that nothing shows",
    ),
    "asides-otherwise": Sentence(
        "only one aside can be otherwise: true",
        "asides 里只能有一个 otherwise: true",
        "two that take what nobody understood",
    ),
    "example-taken": Sentence(
        '"{example}" is taken for {other}',
        "例句“{example}”会被当作 {other}",
        "an example is more like those of something else",
    ),
    # ── keys ──
    "keys-overlap": Sentence(
        "{node}: the keys {key} and {other} overlap",
        "节点 {node} 的按键 {key} 与 {other} 重叠",
        "two keys are the same",
    ),
    "keys-alike": Sentence(
        "{node}: {key} and {other} begin alike",
        "节点 {node} 的按键 {key} 与 {other} 开头相同",
        "a key is the beginning of another",
    ),
    "keys-many": Sentence(
        "{node} offers {count} keys before a human can be reached; {allowed} are allowed",
        "节点 {node} 在接通人工前有 {count} 个按键，只允许 {allowed} 个",
        "too many keys in a menu",
    ),
    "presses-many": Sentence(
        "{count} keys must be pressed before a human is reached; {allowed} is allowed",
        "接通人工前须按 {count} 次键，只允许 {allowed} 次",
        "too many keys before a human",
    ),
    "key-bad": Sentence(
        "{key} is no key: a key is digits, * or #, a range is like 2-5",
        "{key} 不是按键：按键由数字、* 或 # 组成，范围写作 2-5",
        "no key of a telephone",
    ),
    "key-range": Sentence(
        "the range {key} runs from a smaller to a larger number of as many digits",
        "范围 {key} 应从小到大，位数相同",
        "a range of keys that has none",
    ),
    "emergency-late": Sentence(
        "{node} must be heard to its end before {step} dials an emergency line",
        "节点 {node} 播完之后 {step} 才拨紧急电话",
        "an announcement that no key ends delays an emergency line",
    ),
    # ── what is said ──
    "prompt-unknown": Sentence("there is no prompt {name}", "没有语音 {name}", "a prompt that does not exist"),
    "prompt-shape": Sentence(
        "no prompt has an id like {prompt}", "没有编号形如 {prompt} 的语音", "no prompt fits the expressions in its id"
    ),
    "prompt-id": Sentence(
        "{prompt} is no id of a prompt; words to be spoken stand under text",
        "{prompt} 不是语音编号；要合成朗读的文字写在 text 下",
        "no id of a prompt",
    ),
    "piece-one": Sentence(
        "a piece says exactly one of {kinds}",
        "一段话只能写其中一种：{kinds}",
        "a piece says nothing, or several things",
    ),
    "piece-outside-queue": Sentence(
        "position and estimate are known in a queue only",
        "排队位置和预计等待只在队列节点里才有",
        "a position is said where nobody waits",
    ),
    "text-unspoken": Sentence(
        "callers do not hear this text: no voice is installed here",
        "来电者听不到这段文字：本机没有安装语音合成",
        "a text, and no voice to speak it",
    ),
    "language-unknown": Sentence(
        "no prompt is in the language {language}: callers hear Mandarin",
        "没有语言 {language} 的语音：来电者会听到普通话",
        "a language without prompts",
    ),
    "language-bad": Sentence(
        "{language} is no language: it is written like en or zh_hk",
        "{language} 不是语言：写作 en 或 zh_hk",
        "no language",
    ),
    # ── names ──
    "queue-unknown": Sentence("there is no queue {name}", "没有队列 {name}", "a queue that does not exist"),
    "calendar-unknown": Sentence("there is no calendar {name}", "没有日历 {name}", "a calendar that does not exist"),
    "calendar-used": Sentence(
        "there is no calendar {name}, by which {user} goes",
        "没有日历 {name}，而 {user} 在用它",
        "a calendar is taken away that something uses",
    ),
    "flow-unknown": Sentence("there is no flow {name}", "没有流程 {name}", "a flow that does not exist"),
    "group-unknown": Sentence("there is no group {name}", "没有座席组 {name}", "a group that does not exist"),
    "secret-unknown": Sentence(
        "there is no secret {name}", "没有凭据 {name}", "a secret that the settings do not have"
    ),
    "need-bad": Sentence(
        "need: {fault}", "技能条件：{fault}", "a need for skills that cannot be read, or has unknown ones"
    ),
    "number-bad": Sentence("{number} is no telephone number", "{number} 不是电话号码", "no telephone number"),
    "service-unknown": Sentence(
        "nobody offers {service}", "没有模块提供服务 {service}", "a service that no plugin offers"
    ),
    "service-argument": Sentence(
        "{service} takes no {name}", "服务 {service} 没有参数 {name}", "an argument that the service does not take"
    ),
    "service-needs": Sentence(
        "{service} needs the argument {name}", "服务 {service} 需要参数 {name}", "an argument of a service is missing"
    ),
    "flow-argument": Sentence(
        "flow {flow} takes no {name}", "子流程 {flow} 没有参数 {name}", "an argument that the flow does not take"
    ),
    "flow-needs": Sentence(
        "flow {flow} needs the argument {name}", "子流程 {flow} 需要参数 {name}", "an argument of a flow is missing"
    ),
    "flow-result": Sentence(
        "flow {flow} gives no {name}", "子流程 {flow} 没有结果 {name}", "a result that the flow does not give"
    ),
    "flow-end": Sentence(
        "flow {flow} never ends {outcome}", "子流程 {flow} 不会以 {outcome} 结束", "an end that the flow does not have"
    ),
    "host-written": Sentence(
        "the host of an address is written out, with the / after it",
        "网址的主机名须直接写出，后面带 /",
        "an expression in the host of an address",
    ),
    "host-refused": Sentence(
        "flows may not go to {address}", "流程不允许访问 {address}", "a host that the owner has not allowed"
    ),
    "secret-written": Sentence(
        "a secret does not stand in a flow: {header}",
        "凭据不能写在流程文件里：{header}",
        "a header that opens a system, written out",
    ),
    "header-lines": Sentence("a header is one line", "请求头只能写一行", "a line end in a header"),
    # ── variables ──
    "name-taken": Sentence(
        "{name} has a meaning of its own and cannot be a variable",
        "{name} 有专门含义，不能用作变量",
        "a variable called like something of the language",
    ),
    "variable-type": Sentence(
        "{name} is a {wanted}; its value here is none",
        "{name} 应为{wanted}，这里的值不是",
        "a first value of another type",
    ),
    "variable-types": Sentence(
        "{name} becomes a {kind} here and is a {other} elsewhere",
        "{name} 在这里是{kind}，在别处是{other}",
        "a variable of two types",
    ),
    "variable-unset": Sentence(
        "{node}: {name} may not be set yet{by}",
        "节点 {node}：变量 {name} 可能还没有值{by}",
        "a variable is read before it is set",
    ),
    "result-unnamed": Sentence(
        "{name} is not among the results of the flow",
        "{name} 没有列在流程的 results 里",
        "a result that the flow does not name",
    ),
    "argument-type": Sentence(
        "{name} is a {wanted}, this is a {found}",
        "{name} 应为{wanted}，这里是{found}",
        "an argument or a result of another type",
    ),
    # ── keys of nodes ──
    "exactly-one": Sentence(
        "exactly one of {keys} is needed",
        "须写且只写其中一个：{keys}",
        "none or several of keys that exclude one another",
    ),
    "exhausted-alone": Sentence(
        "exhausted needs at_most", "写了 exhausted 就要写 at_most", "a way that is never taken"
    ),
    "intents-alike": Sentence(
        "two intents mean {means}", "有两个意图的含义都是 {means}", "two intents with one meaning"
    ),
    "intents-none": Sentence(
        "a question has intents, or next for whatever is answered",
        "问答要写 intents，或写 next（开放式问题）",
        "a question without intents",
    ),
    "length-order": Sentence(
        "length has the least first, then the most", "length 先写最少位数，再写最多位数", "a length from more to less"
    ),
    "next-missing": Sentence(
        "next is needed: where the call goes on after the talk",
        "须写 next：通话后去哪里",
        "a transfer that does not go on",
    ),
    "next-never": Sentence(
        "from another flow nothing comes back: next, busy and no_answer have no meaning",
        "转到其他流程就不再回来，这些去向无用",
        "ways after a transfer to a flow",
    ),
    "record-never": Sentence(
        "longest is less than shortest: every message would count as empty",
        "longest 小于 shortest：每条留言都会被当作无内容",
        "no message could be long enough",
    ),
    # ── trials ──
    "test-moment": Sentence("{moment} is no moment", "{moment} 不是时间", "a test at no moment"),
    "test-step": Sentence(
        "unknown step {step}; steps: {steps}",
        "没有步骤 {step}；可用步骤：{steps}",
        "a step of a script that nothing knows",
    ),
    "test-step-value": Sentence(
        "{step}: {verb} does not take {value}",
        "{step}：{verb} 后面不能写 {value}",
        "a step of a script with the wrong words",
    ),
    # ── the routing table ──
    "during-alone": Sentence("during needs a calendar", "写了 during 就要写 calendar", "a state of no calendar"),
    "number-twice": Sentence(
        "{number} stands here twice, also as {other}", "{number} 重复出现，前面写作 {other}", "a number stands twice"
    ),
    "choice-unreached": Sentence(
        "what comes after a choice that always holds is never reached",
        "这一条总是成立，后面的都不会用到",
        "a choice that never holds",
    ),
    "hours-unanswered": Sentence(
        "at some hours no flow answers", "有些时段没有流程接听", "hours at which nobody answers"
    ),
}

say = Sentences({**FAULTS, **WORKSHOP, **FLOWS, **HINTS})
