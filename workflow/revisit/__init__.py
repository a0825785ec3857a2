"""Revisits: tickets that wait for it are called about by the machine, and what citizens say comes into the tickets."""
