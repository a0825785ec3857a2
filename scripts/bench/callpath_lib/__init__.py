"""The call path measured: the switch's own queue and recorder against the engine's, on one machine, in one run."""
