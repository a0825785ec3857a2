"""Attendance (考勤): check-ins, how each shift was kept, corrections by request."""
