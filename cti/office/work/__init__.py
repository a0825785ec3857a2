"""All open work of the house, whatever its module: who has it, what stands at nobody, and handing it over."""
