"""Figures of all days: charts, spreadsheets."""
