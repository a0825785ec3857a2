"""Reports (统计报表): figures over a period, split and compared, kept, shared, exported and sent at fixed times."""
