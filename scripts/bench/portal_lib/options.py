"""The command line of `scripts/bench/portal`."""

from __future__ import annotations

import argparse

DESCRIPTION = """Asks the public site of a running hotline as many visitors do, each from an address of his own: pages
and searches mixed, at a rate, whether or not earlier answers have come. The hotline's settings must say
`http: {proxies: ["127.0.0.1/32"]}`, since visitors are told apart by X-Forwarded-For."""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/portal", description=DESCRIPTION)
    parser.add_argument("--site", default="http://127.0.0.1:8346", help="its address on this machine (%(default)s)")
    parser.add_argument("--visitors", type=int, default=5000, help="addresses that ask (%(default)s)")
    parser.add_argument("--rate", type=float, default=200.0, help="requests a second (%(default)s)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (%(default)s)")
    parser.add_argument("--searches", type=float, default=0.3, help="share of searches among them (%(default)s)")
    options = parser.parse_args(words)
    if min(options.visitors, options.rate, options.seconds) <= 0:
        parser.error("what is measured is more than nothing")
    if not options.site.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:")):
        parser.error("load goes to this machine only")
    return options
