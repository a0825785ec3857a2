"""What each talk came to: a ticket, an addition to one, or a reason why there is none."""
