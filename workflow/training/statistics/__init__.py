"""What can be counted of training."""
