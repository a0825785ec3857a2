"""Trials: what a whole hotline is put through by scripted people, on the real system.

One folder each: `options.py` reads the command line by the standard library alone, and `python -m trials.NAME` is run
where everything is ready. Beside them stands what trials share: the hotline itself, its API, people at browsers.
"""
