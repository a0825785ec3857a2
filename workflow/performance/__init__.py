"""Performance (绩效考核): KPIs as files on the house's figures, scored by period, published, appealed and corrected."""
