"""Scenarios (场景) of the knowledge base: what citizens' requests are about, and the articles that belong to each."""
