"""The hotline's own time: its days, business calendars, and how much of them is worked."""
