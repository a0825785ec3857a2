"""Switches behind one port: `port` says what a switch can do; `asterisk` and `scripted` do it."""
