"""Pages of the public site, in the portal's frame, which need no script."""
