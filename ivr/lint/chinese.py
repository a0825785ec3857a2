"""What lint says, in Chinese, for the screen; the command line stays English.

A table from English to Chinese. `{a}` stands for any words, `{a*}` for words that are translated as well; the first
line that fits is taken, and what no line fits is left as it is. A test keeps it in step with what lint says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from ivr.reading import Finding

_TABLE = """
what comes after a choice that always holds is never reached = 这一条总是成立，后面的都不会用到
test {a}: {b*} = 测试 {a} 未通过：{b}
did not visit {a}; it went {b} = 没有经过节点 {a}，实际路径：{b}
did not hear {a} = 没有听到 {a}
visited {a} = 不应经过节点 {a}
ended {a}, not {b} = 结束于 {a}，应为 {b}
was not rated {a} = 没有得到评价 {a}
the step {a} never came about = 步骤 {a} 没有发生
this is the flow {a}, not {b} = 文件里写的是流程 {a}，不是 {b}
a flow file is a mapping with flow, start and nodes = 流程文件应由 flow、start、nodes 等键组成
nodes is a mapping from names to nodes = nodes 下应为“节点名: 节点”
a node is a mapping = 节点应写成“键: 值”
a node has one kind; this one has {a} = 一个节点只能有一种类型，这里同时写了 {a}
{a} has no known kind = 节点 {a} 没有可识别的类型
{a} is never reached = 没有任何去向通往节点 {a}
there is no node {a} = 没有节点 {a}
there is no prompt {a} = 没有语音 {a}
there is no queue {a} = 没有队列 {a}
there is no calendar {a}, by which {b} goes = 没有日历 {a}，而 {b} 在用它
there is no calendar {a} = 没有日历 {a}
there is no flow {a} = 没有流程 {a}
there is no group {a} = 没有座席组 {a}
there is no {a}; did you mean {b}? = 没有 {a}，是否想写 {b}？
there is no {a} = 没有 {a}
{a}: {b} leads to {c}, which does not exist = 节点 {a} 的去向 {b} 指向 {c}，而 {c} 不存在
{a} has no way out for {b} = 节点 {a} 缺少去向：{b}
from {a} there is no way out to an end (nor from {b} other nodes) = 从 {a} 走不到结束节点（另有 {b} 个也是）
from {a} there is no way out to an end = 从 {a} 走不到任何结束节点
a loop without limit: {a} = 没有次数限制的循环：{a}
after the hang-up comes {a}, which needs the citizen on the line = 挂机后要走到节点 {a}，但它需要市民在线
{a} has no way hangup = 节点 {a} 没有写挂机（hangup）后的去向
{a} calls {b}, which comes back to {c}: sub-flows do not recurse = 节点 {a} 调用 {b}，而它又回到 {c}：子流程不能递归
{a}: the keys {b} and {c} overlap = 节点 {a} 的按键 {b} 与 {c} 重叠
{a}: {b} and {c} begin alike = 节点 {a} 的按键 {b} 与 {c} 开头相同
{a} offers {b} keys before a human can be reached; {c} are allowed = 节点 {a} 在接通人工前有 {b} 个按键，只允许 {c} 个
{a} keys must be pressed before a human is reached; {b} is allowed = 接通人工前须按 {a} 次键，只允许 {b} 次
no prompt has an id like {a} = 没有编号形如 {a} 的语音
position and estimate are known in a queue only = 排队位置和预计等待只在队列节点里才有
need: {a*} = 技能条件：{a}
nobody offers {a} = 没有模块提供服务 {a}
flow {a} takes no {b} = 子流程 {a} 没有参数 {b}
flow {a} needs the argument {b} = 子流程 {a} 需要参数 {b}
flow {a} gives no {b} = 子流程 {a} 没有结果 {b}
flow {a} never ends {b} = 子流程 {a} 不会以 {b} 结束
{a} takes no {b} = 服务 {a} 没有参数 {b}
{a} needs the argument {b} = 服务 {a} 需要参数 {b}
the host of an address is written out, with the / after it = 网址的主机名须直接写出，后面带 /
a secret does not stand in a flow: {a} = 凭据不能写在流程文件里：{a}
the owner puts it into the settings: ivr.http_secrets; here: secrets = 由管理员放入设置 ivr.http_secrets，再按名引用
there is no secret {a} = 没有凭据 {a}
flows may not go to {a} = 流程不允许访问 {a}
{a} has a meaning of its own and cannot be a variable = {a} 有专门含义，不能用作变量
{a} is a {b*}; its value here is none = {a} 应为{b}，这里的值不是
{a} becomes a {b*} here and is a {c*} elsewhere = {a} 在这里是{b}，在别处是{c}
{a} is not among the results of the flow = {a} 没有列在流程的 results 里
{a}: {b} may not be set yet when it comes from {c} by {d} = 节点 {a}：从 {c} 经 {d} 过来时，变量 {b} 可能还没有值
{a}: {b} may not be set yet = 节点 {a}：变量 {b} 可能还没有值
{a} is not known; did you mean {b}? = 不认识 {a}，是否想写 {b}？
{a} is not known = 不认识 {a}
a {a*} is needed, this is a {b*} = 需要{a}，这里是{b}
{a} is a {b*}, this is a {c*} = {a} 应为{b}，这里是{c}
a {a*} has no {b} = {a}没有 {b}
a {a*} has no items = {a}不能取其中一项
a {a*} has no order = {a}不能比较大小
a {a*} is never equal to a {b*} = {a}与{b}永远不会相等
a {a*} is never in a {b*} = {a}不会在{b}里
'in' looks into a list or a text, this is a {a*} = in 只能用于列表或文字，这里是{a}
a {a*} cannot be compared with a {b*} = {a}不能与{b}比较
a text and a {a*} cannot be joined; text(…) makes a text of it = 文字不能直接与{a}相连，先用 text(…) 转成文字
{a}: unknown key = {a}：没有这个键
{a}: {b} is missing = {a}：缺少 {b}
{a}: {b} is no name = {a}：{b} 不是合法的名称
{a} (character {b} of the expression) = {a*}（表达式第 {b} 个字符）
no function {a}; did you mean {b}? = 没有函数 {a}，是否想写 {b}？
no function {a} = 没有函数 {a}
{a} takes {b} arguments = 函数 {a} 需要 {b} 个参数
{a} takes {b} argument = 函数 {a} 需要 {b} 个参数
ends too early = 没有写完
unexpected {a}; {b} is missing = 意外的 {a}，缺少 {b}
unexpected {a} = 意外的 {a}
nested deeper than {a} = 嵌套超过 {a} 层
longer than {a} characters = 超过 {a} 个字符
division by zero = 除数为零
an expression is a text, a number, true or false = 表达式应为文字、数字、true 或 false
a text is needed = 需要文字
the brace at character {a} is not closed = 第 {a} 个字符处的花括号没有闭合
the brace at character {a} closes nothing; a brace itself is written twice = 第 {a} 个字符处的花括号多余；它本身要写两遍
longest is less than shortest: every message would count as empty = longest 小于 shortest：每条留言都会被当作无内容
has a character that nobody sees, {a} = 含有看不见的字符 {a}
a header is one line = 请求头只能写一行
a mapping is needed: key, colon, value = 应写成“键: 值”
a list is needed = 应为列表
at least {a} of them are needed = 至少要有 {a} 项
at most {a} of them are allowed = 至多 {a} 项
an alias stands inside what it names = 别名（*名称）写在了它所指的内容里面
values stand inside one another deeper than {a} = 嵌套超过 {a} 层
callers do not hear this text: no voice is installed here = 来电者听不到这段文字：本机没有安装语音合成
give it instead, a prompt's id; for a chat alone add {a} = 写上 instead（语音编号）；只用于在线渠道的加上 {a}
no prompt is in the language {a}: callers hear Mandarin = 没有语言 {a} 的语音：来电者会听到普通话
{a} is no language: it is written like en or zh_hk = {a} 不是语言：写作 en 或 zh_hk
a question has intents, or next for whatever is answered = 问答要写 intents，或写 next（开放式问题）
two intents mean {a} = 有两个意图的含义都是 {a}
length has the least first, then the most = length 先写最少位数，再写最多位数
{a} is no key: a key is digits, * or #, a range is like 2-5 = {a} 不是按键：按键由数字、* 或 # 组成，范围写作 2-5
the range {a} runs from a smaller to a larger number of as many digits = 范围 {a} 应从小到大，位数相同
exhausted needs at_most = 写了 exhausted 就要写 at_most
exactly one of {a} is needed = 须写且只写其中一个：{a}
next is needed: where the call goes on after the talk = 须写 next：通话后去哪里
from another flow nothing comes back: next, busy and no_answer have no meaning = 转到其他流程就不再回来，这些去向无用
{a} is no id of a prompt; words to be spoken stand under text = {a} 不是语音编号；要合成朗读的文字写在 text 下
a piece says exactly one of {a} = 一段话只能写其中一种：{a}
cannot be read out: {a} = 读不出来：{a}
{a} is no moment = {a} 不是时间
{a} stands here twice = {a} 重复出现
{a} is no telephone number = {a} 不是电话号码
{a} stands here twice, also as {b} = {a} 重复出现，前面写作 {b}
at some hours no flow answers = 有些时段没有流程接听
unknown step {a}; steps: {b} = 没有步骤 {a}；可用步骤：{b}
{a} does not take {b} = {a} 后面不能写 {b}
unknown skill {a} at character {b} of {c} = 没有技能 {a}（{c} 第 {b} 个字符）
{a} expected, {b} found at character {c} of {d} = {d} 第 {c} 个字符处应为{a*}，这里是{b*}
a skill = 技能
a level = 等级
the end = 结尾
level {a} is not between 0 and 5 = 等级 {a} 不在 0 到 5 之间
{a} is not understood = 看不懂 {a}
did you mean {a}? = 是否想写 {a}？
lead a way there, or delete it = 加一条通往它的去向，或删掉它
name one, or a default for the flow = 写上这些去向，或给流程写一个 default
lead a way to a node of kind end = 让去向通到一个 end 节点
give {a} at_most and a way exhausted = 给 {a} 加上 at_most 和去向 exhausted
most people end a message by hanging up: say what is done with it then = 多数人留言后直接挂机：写明此时怎样处理留言
callers wait after the shorter one; keys of equal length answer at once = 按较短的键要再等一会；位数相同则立即响应
a line for citizens should rather not have a key menu (GB/T 33358) = 面向市民的热线不宜设置按键菜单（GB/T 33358）
name it under results, with its type = 在 results 下写上它和它的类型
give it a first value under variables, such as {a} = 在 variables 下给它一个初值，例如 {a}
optional: true lets a flow do without = 写 optional: true，没有该服务时也能运行
it ends {a} = 它的结束名称有：{a}
the owner allows hosts in the settings: ivr.http_hosts = 由管理员在设置 ivr.http_hosts 中放行
write it {a} = 应写成 {a}
kinds: {a} = 可用的类型：{a}
known: {a} = 可用的键：{a}
{a} Value error, {b*} = {a} {b}
{a} ends before it begins; over midnight it takes two entries = {a} 结束早于开始；跨过午夜要分成两段写
{a} is not written like 08:30-12:00 = {a} 应写成 08:30-12:00 的样子
{a} names no days; they are {b}, or mon-fri = {a} 不是星期；可写 {b}，或 mon-fri
{a} runs backwards = {a} 前后颠倒了
a holiday ends after it begins, within a month = 节假日的结束应晚于开始，且不超过一个月
mapping values are not allowed in this context = 这里不能出现冒号：上一行可能没写完，或含冒号的文字没加引号
while parsing a flow mapping did not find expected {a} = 花括号里缺少逗号，或没有闭合
while parsing a flow sequence did not find expected {a} = 方括号里缺少逗号，或没有闭合
while parsing a block mapping did not find expected key = 缩进与上文对不齐，或这里多了内容
while parsing a block collection did not find expected {a} = 列表里的每一项都要以“- ”开头
while scanning a quoted scalar found unexpected end of stream = 引号没有闭合
while parsing a quoted scalar found unknown escape character = 双引号里不能这样用反斜杠
while scanning a simple key could not find expected {a} = 这一行应写成“键: 值”，缺少冒号
while scanning for the next token found character that cannot start any token = 不能以此开头：加引号，或把制表符换成空格
while scanning a plain scalar found a tab character that violates indentation = 缩进要用空格，不能用制表符
while parsing a {a} node did not find expected node content = 这里缺少内容，或括号没有闭合
found undefined alias = 没有这个锚点（*名称）
names are small letters, digits, _ and -, and begin with a letter = 名称由小写字母、数字、_、- 组成，以字母开头
a text stands in quotes: {a} = 文字要加引号：{a}
let the last choice have no calendar = 最后一条不要写日历
field required = 必填
input should be a valid string = 应为文字
input should be a valid integer = 应为整数
input should be a valid number = 应为数字
input should be a valid dictionary = 应为“键: 值”
input should be a valid list = 应为列表
input should be a valid tuple = 应为列表
input should be less than or equal to {a} = 不能大于 {a}
input should be greater than or equal to {a} = 不能小于 {a}
input should be greater than {a} = 应大于 {a}
input should be less than {a} = 应小于 {a}
input should be {a} = 应为 {a}
{a} should have at least {b} item after validation, not {c} = 至少要有 {b} 项
{a} should have at least {b} items after validation, not {c} = 至少要有 {b} 项
string should have at most {a} characters = 至多 {a} 个字符
mapping values are not allowed here = 这里不能出现“键: 值”，请检查缩进和冒号
list of {a*} = {a}列表
text = 文字
number = 数字
boolean = 是否值
date = 日期
moment = 时刻
record = 记录
nothing = 空值
any = 任意值
{a}: {b*}, in {c} = {a}：{b}（表达式 {c}）
{a}: {b*} = {a}：{b}
"""

_HOLE = re.compile(r"\{(\w)(\*?)\}")


def _line(line: str) -> tuple[re.Pattern[str], str, frozenset[str]]:
    english, _, chinese = line.rpartition(" = ")
    pattern, at, again = "", 0, set()
    for hole in _HOLE.finditer(english):
        pattern += re.escape(english[at : hole.start()]) + f"(?P<{hole[1]}>.+?)"
        at = hole.end()
        if hole[2]:
            again.add(hole[1])
    again |= {hole[1] for hole in _HOLE.finditer(chinese) if hole[2]}
    return re.compile(pattern + re.escape(english[at:]), re.DOTALL), chinese.replace("*}", "}"), frozenset(again)


_LINES = [_line(line) for line in _TABLE.strip().splitlines()]


@lru_cache(maxsize=4096)
def chinese(words: str) -> str:
    """What lint says, in Chinese."""
    for pattern, template, again in _LINES:
        if found := pattern.fullmatch(words):
            return template.format_map(
                {name: chinese(one) if name in again else one for name, one in found.groupdict().items()}
            )
    return words


def in_chinese(finding: Finding) -> Finding:
    """A finding with its message and suggestion in Chinese."""
    return replace(finding, message=chinese(finding.message), suggestion=chinese(finding.suggestion))
