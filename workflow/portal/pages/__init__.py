"""The pages of the site and their routes, a module for each part of it."""
