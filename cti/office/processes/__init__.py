"""Processes as files: the steps that a case goes through, who may do what at each, and by when.

A process is read by `definition`, a case goes through it by `engine`, and stands as `case` says. Nothing here knows
databases, people's accounts or the kind of record that a case belongs to.
"""
