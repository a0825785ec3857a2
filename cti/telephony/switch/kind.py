"""`python -m cti.telephony.switch.kind DATA`: prints which kind of switch the settings choose, for the set-up."""

from __future__ import annotations

import sys
from pathlib import Path

from cti.base.settings import Settings

if __name__ == "__main__":
    print(Settings.load(Path(sys.argv[1])).house.switch.kind)
