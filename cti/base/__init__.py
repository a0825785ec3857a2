"""What the whole house speaks in: values and rules without a place where they are kept."""
