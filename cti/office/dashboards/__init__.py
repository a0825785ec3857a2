"""Home pages and dashboards: which tiles somebody has before him, in which order, arranged by him or for his role."""
