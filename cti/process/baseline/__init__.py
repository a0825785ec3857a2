"""What a running hotline is below the third level of protection (等保三级), GB/T 22239-2019."""
