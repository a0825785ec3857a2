"""Processes and forms from the command line, with what all plugins deliver."""
