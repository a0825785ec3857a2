"""Making a month's roster: the problem as data, a solver and a greedy one, and why it came out so. Pure, no tables."""
