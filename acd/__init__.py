"""The matching: agents' states, queues, skills, the index, estimates, callbacks, and the simulator of all of it."""
