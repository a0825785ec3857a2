"""Finds, checks, starts and stops the parts (acd, ivr, recorder, softphone) and the plugins of `workflow/`.

Each is a folder with `manifest.toml` and `plugin.py` whose `setup(host)` starts it and may return a teardown. Parts
talk by services (typed, found by their class) and events. One that fails to start is reported, and so are those
that need it; the others, and with them the calls, go on.
"""

from cti.base.manifest import Manifest, Plugin, PluginError, find_plugins, in_order, read_manifest, survey
from cti.plugins.host import Host, House, Services, Teardown
from cti.plugins.running import PluginHost

__all__ = [
    "Host",
    "House",
    "Manifest",
    "Plugin",
    "PluginError",
    "PluginHost",
    "Services",
    "Teardown",
    "find_plugins",
    "in_order",
    "read_manifest",
    "survey",
]
