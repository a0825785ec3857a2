"""Tickets of an old system (历史工单): taken over from its table, row by row, once each, and taken back."""
