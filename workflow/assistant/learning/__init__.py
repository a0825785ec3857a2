"""Models of the city's own tickets: made in a process of their own, asked in the engine without anything but numpy."""
