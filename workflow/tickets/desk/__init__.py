"""Registration beside a call: the form, what was asked before, events that many call about."""
