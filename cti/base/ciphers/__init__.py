"""Keys and sealing: where the master key lies, the algorithms, values and files sealed by them."""
