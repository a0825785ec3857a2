"""What a live board costs that a shift's leaders watch."""
