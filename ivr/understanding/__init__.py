"""What citizens mean by what they say or write: rules, no model."""
