"""Spreadsheets (.xlsx): written in a thread, read in a process of their own."""
