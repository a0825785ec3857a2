"""Scripted telephones: real SIP user agents in this process, for demonstrations from the command line and for tests."""
