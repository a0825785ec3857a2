"""How long callers in a menu wait when an engine dies, with a spare engine and without."""
