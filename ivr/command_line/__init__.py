"""`hotline flow`, `prompt` and `recogniser` in parts."""
