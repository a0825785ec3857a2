"""Who follows a record, and is told when something happens with it."""
