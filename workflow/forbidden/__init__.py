"""Numbers that nobody may dial, and who tried."""
