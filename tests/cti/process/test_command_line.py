"""The command line knows which package has which command, and reads no other."""

import argparse
import importlib
import importlib.util
import subprocess
import sys

import pytest

from cti.base.cli_settings import ROOT
from cti.base.manifest import find_plugins
from cti.process.cli import OWN

TOLD = OWN | {plugin.package: plugin.manifest.commands for plugin in find_plugins(ROOT)}


@pytest.mark.parametrize("package", TOLD)
def test_each_package_adds_the_commands_that_are_told_of_it(package):
    parser = argparse.ArgumentParser()
    added = parser.add_subparsers()
    if importlib.util.find_spec(f"{package}.commands") is not None:
        importlib.import_module(f"{package}.commands").add_commands(added)
    assert sorted(added.choices) == sorted(TOLD[package])


def test_to_run_the_hotline_reads_no_plugin_s_commands():
    asks = (
        "import sys; from cti.process.cli import main\n"
        "try: main(['run', '--help'])\n"
        "except SystemExit: print([one for one in sys.modules if one.endswith('.commands')])"
    )
    done = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stdout
