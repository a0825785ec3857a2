"""How each agent has arranged his desk."""
