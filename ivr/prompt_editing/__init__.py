"""The prompts of the house on screen: read, spoken, recorded, uploaded, given back."""
