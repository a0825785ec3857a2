"""Tickets and other systems: programs with keys, events of city systems, the province, an old system's tickets."""
