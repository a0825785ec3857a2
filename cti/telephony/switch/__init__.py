"""Switches behind one port: `port` says what a switch can do; drivers and `scripted` do it; `installation` chooses."""
