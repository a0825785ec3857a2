"""What the engine does for a call, counted on a scripted switch: calls of functions, sessions, transactions, CPU."""
