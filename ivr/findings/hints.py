"""What stands beside findings: hints of what might be meant, and parts of their sentences."""

from __future__ import annotations

from cti.base.files.sentences import Sentence

HINTS: dict[str, Sentence] = {
    "and-others": Sentence(" (nor from {count} other nodes)", "（另有 {count} 个也是）"),
    "coming-by": Sentence(" when it comes from {node} by {way}", "（从 {node} 经 {way} 过来时）"),
    "failure-ended": Sentence("ended {outcome}, not {wanted}", "结束于 {outcome}，应为 {wanted}"),
    "failure-heard": Sentence("did not hear {words}", "没有听到 {words}"),
    "failure-rated": Sentence("was not rated {score}", "没有得到评价 {score}"),
    "failure-step": Sentence("the step {step} never came about", "步骤 {step} 没有发生"),
    "failure-variable": Sentence("{name} is {value}, not {wanted}", "{name} 是 {value}，应为 {wanted}"),
    "failure-visited": Sentence("visited {node}", "不应经过节点 {node}"),
    "failure-went": Sentence("did not visit {node}; it went {way}", "没有经过节点 {node}，实际路径：{way}"),
    "hint-at-most": Sentence("give {node} at_most and a way exhausted", "给 {node} 加上 at_most 和去向 exhausted"),
    "hint-dial-first": Sentence("dial first, and say it afterwards if at all", "先拨号，需要播报的放在拨号之后"),
    "hint-default": Sentence("name one, or a default for the flow", "写上这些去向，或给流程写一个 default"),
    "hint-end": Sentence("lead a way to a node of kind end", "让去向通到一个 end 节点"),
    "hint-ends": Sentence("it ends {outcomes}", "它的结束名称有：{outcomes}"),
    "hint-exhausted": Sentence(
        "say where a call goes that comes once too often: exhausted: NODE",
        "写明超过次数后转到哪里：exhausted: 节点",
    ),
    "hint-first-value": Sentence(
        "give it a first value under variables, such as {name}: ''", "在 variables 下给它一个初值，例如 {name}: ''"
    ),
    "hint-hangup": Sentence(
        "most people end a message by hanging up: say what is done with it then",
        "多数人留言后直接挂机：写明此时怎样处理留言",
    ),
    "hint-hosts": Sentence(
        "the owner allows hosts in the settings: ivr.http_hosts", "由管理员在设置 ivr.http_hosts 中放行"
    ),
    "hint-instead": Sentence(
        "give it instead, a prompt's id; for a chat alone add if: call.medium == 'chat'",
        "写上 instead（语音编号）；只用于在线渠道的加上 if: call.medium == 'chat'",
    ),
    "hint-keys": Sentence(
        "callers wait after the shorter one; keys of equal length answer at once",
        "按较短的键要再等一会；位数相同则立即响应",
    ),
    "hint-kinds": Sentence("kinds: {kinds}", "可用的类型：{kinds}"),
    "hint-last": Sentence("let the last choice have no calendar", "最后一条不要写日历"),
    "hint-lead": Sentence("lead a way there, or delete it", "加一条通往它的去向，或删掉它"),
    "hint-moment": Sentence('write it "2026-10-01 10:00"', '应写成 "2026-10-01 10:00"'),
    "hint-optional": Sentence("optional: true lets a flow do without", "写 optional: true，没有该服务时也能运行"),
    "hint-quotes": Sentence("a text stands in quotes: {text}", "文字要加引号：{text}"),
    "hint-results": Sentence("name it under results, with its type", "在 results 下写上它和它的类型"),
    "hint-secrets": Sentence(
        "the owner puts it into the settings: ivr.http_secrets; here: secrets",
        "由管理员放入设置 ivr.http_secrets，再按名引用",
    ),
    "hint-standard": Sentence(
        "a line for citizens should rather not have a key menu (GB/T 33358)",
        "面向市民的热线不宜设置按键菜单（GB/T 33358）",
    ),
}
