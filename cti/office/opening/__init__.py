"""What a region's hotline lacks before it can open: said by every module of its own."""
