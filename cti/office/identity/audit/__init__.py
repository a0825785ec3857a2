"""The audit: who did what to whom, chained, sealed and proven."""
