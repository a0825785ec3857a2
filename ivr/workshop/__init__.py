"""What people do with flows: the library, checks, pictures, routing and calendars, over HTTP."""
