"""Node kinds, one module each."""

from ivr.nodes.ask import Ask
from ivr.nodes.call import Call
from ivr.nodes.callback import Callback
from ivr.nodes.collect import Collect
from ivr.nodes.end import End
from ivr.nodes.fill import Fill
from ivr.nodes.hours import Hours
from ivr.nodes.http import Http
from ivr.nodes.language import Language
from ivr.nodes.lookup import Lookup
from ivr.nodes.menu import Menu
from ivr.nodes.message import Message
from ivr.nodes.node import Node
from ivr.nodes.queue import Queue
from ivr.nodes.rate import Rate
from ivr.nodes.record import Record
from ivr.nodes.say import Say
from ivr.nodes.set import Set
from ivr.nodes.transfer import Transfer
from ivr.nodes.when import When

__all__ = [
    "KINDS",
    "Ask",
    "Call",
    "Callback",
    "Collect",
    "End",
    "Fill",
    "Hours",
    "Http",
    "Language",
    "Lookup",
    "Menu",
    "Message",
    "Node",
    "Queue",
    "Rate",
    "Record",
    "Say",
    "Set",
    "Transfer",
    "When",
]

KINDS: dict[str, type[Node]] = {
    kind.KIND: kind
    for kind in (
        Say, Menu, Collect, Ask, Fill, When, Hours, Lookup, Set, Language, Queue, Transfer, Record, Message, Http, Call,
        Callback, Rate, End,
    )
}  # fmt: skip
"""Every kind of node by the key that names it."""
