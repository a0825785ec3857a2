"""Statistics (知识统计分析, D19–D22): activity, upkeep, use, stock and production, by figures with their rows."""
