"""How commands ask a running hotline, and as whom."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from cti.base.cli_settings import data_folder, server_url
from cti.base.settings import Settings
from cti.office.identity.demo_accounts import SUPERVISOR_NO, demo_password
from cti.process.watching.client import CannotAsk, Client, on_this_machine, signed_in


def add_login(parser: argparse.ArgumentParser) -> None:
    """Options that say which hotline is asked, and as whom."""
    parser.add_argument("--url", default=None, help="the console's address (default: this machine's)")
    parser.add_argument("--login", default=None)
    parser.add_argument("--password", default=os.environ.get("HOTLINE_PASSWORD", ""))


def ask(args: argparse.Namespace, work: Callable[[Client, argparse.Namespace], Coroutine[Any, Any, int]]) -> int:
    """Ask a running hotline; without a login as its supervisor."""

    async def run() -> int:
        url, demo = args.url or server_url(), demo_password()
        if args.login or demo:
            asked = signed_in(url, args.login or SUPERVISOR_NO, args.password if args.login else demo)
        else:
            asked = on_this_machine(url, Settings.load(data_folder()), SUPERVISOR_NO)
        async with asked as client:
            return await work(client, args)

    try:
        return asyncio.run(run())
    except CannotAsk as error:
        print(error, file=sys.stderr)
        return 1
