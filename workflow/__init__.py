"""The hotline's plugins, one folder each."""
