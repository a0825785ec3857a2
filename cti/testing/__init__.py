"""For tests of plugins, here or elsewhere: people, calls, a clock that only a test moves, both databases."""
