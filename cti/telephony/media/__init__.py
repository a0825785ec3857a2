"""Live audio of a leg: a two-way stream, and one-way taps of each side."""
