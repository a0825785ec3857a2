"""Analysis (统计分析): pages of figures whose charts narrow one another, described by files."""
