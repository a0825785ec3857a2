"""The settings edited while callers wait: by piece, by version, in their files."""
