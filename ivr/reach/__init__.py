"""What flows reach besides the citizen: time, services, messages, the web."""
