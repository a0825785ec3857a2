"""What HTTP, lists and live boards cost, and that they delay no call."""
