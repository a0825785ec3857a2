"""How many agents are needed when: formulas, forecasts, shifts."""
