"""An agent's morning by keyboard, and what leaders see of it."""
