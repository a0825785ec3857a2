"""Campaigns: lists of citizens whom the hotline calls, by agents who look first or as agents become free."""
