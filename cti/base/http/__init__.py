"""HTTP as every room speaks it: what a route is, what an answer about a problem looks like, and who asks."""
