"""Who saw a record: looks at it and at who it is about, recordings, prints, exports; from the audit."""
