"""The public site (门户网站): citizens ask, register requests and follow them; other plugins show their pages in it."""
