"""Web Push: what somebody is told comes to his telephone while the console is closed."""
