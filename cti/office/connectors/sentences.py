"""The sentences about files of connectors, by code."""

from __future__ import annotations

from cti.base.files.faults import FAULTS
from cti.base.files.sentences import Sentence, Sentences

CONNECTORS: dict[str, Sentence] = {
    "connector-bare": Sentence(
        "says neither verbs nor incoming: it connects nothing", "既没有 verbs 也没有 incoming，什么也没有连接",
        "a connector that neither speaks nor hears",
    ),
    "connector-clear": Sentence(
        "what is said crosses the network in clear", "内容以明文经过网络，建议改用 https", "an address without TLS",
    ),
    "connector-key": Sentence(
        "exactly one of hmac and sm2 is the key", "hmac 与 sm2 须填且只能填一个", "no key of a signature, or two",
    ),
    "connector-key-ours": Sentence(
        "we sign with a private key of SM2, 32 bytes in hex", "本方签名用 SM2 私钥，应为 32 字节的十六进制",
        "a key of SM2 that cannot sign",
    ),
    "connector-key-short": Sentence(
        "a shared secret has at least 16 characters", "共享密钥至少 16 个字符", "a secret that can be guessed",
    ),
    "connector-key-theirs": Sentence(
        "their public key of SM2 is 65 bytes in hex, beginning with 04",
        "对方的 SM2 公钥应为 65 字节的十六进制，以 04 开头", "a key of SM2 that cannot check",
    ),
    "connector-mapping": Sentence(
        "there is no mapping {mapping}", "没有字段对照 {mapping}，或它还没有发布", "a mapping that is not there",
    ),
    "connector-name": Sentence(
        "the file is {file}.yaml, the connector {connector}", "文件名是 {file}.yaml，连接器却写作 {connector}",
        "a connector under another name than its file's",
    ),
    "connector-open": Sentence(
        "shows nobody who we are: no auth", "没有 auth，对方无从知道是谁在调用", "a connector without auth",
    ),
    "connector-plain": Sentence(
        "{key} stands in clear: hotline seal", "{key} 以明文写在文件里，请用 hotline seal 加密", "a secret in clear",
    ),
    "connector-url": Sentence("verbs go to a url", "有 verbs 就要写 url", "verbs without an address"),
    "connector-verb": Sentence("there is no verb {verb}", "没有操作 {verb}", "a verb that is not there"),
    "connector-verb-get": Sentence(
        "there is no verb {verb} by GET", "没有用 GET 的操作 {verb}", "a reading without a verb that asks",
    ),
    "connector-ways": Sentence(
        "one of {ways}, not {given}", "{ways} 只能填一个，这里有 {given}", "more than one way to show who we are",
    ),
}  # fmt: skip

say = Sentences({**FAULTS, **CONNECTORS})
