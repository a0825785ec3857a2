"""Roster and attendance (排班考勤): shift types, monthly rosters, swaps and leave, check-in, duty log."""
