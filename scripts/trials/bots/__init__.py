"""Bots on the real system: in a browser, on the telephone, and calling about closed tickets; see `day.py`."""
