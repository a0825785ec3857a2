"""For who writes modules: a new plugin that works, and migrations made from its models (`hotline plugin …`)."""
