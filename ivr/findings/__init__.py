"""What is said of faults in flows, their tests and the routing table, with hints."""
