"""Asterisk: the manager interface (AMI) for the whole switch, FastAGI for each leg."""
