"""The permissions over print templates."""

from __future__ import annotations

from cti.office.workshop.owning import Rights

READ, EDIT, PUBLISH = "printouts.see", "printouts.edit", "printouts.publish"
PRINTOUTS = Rights(READ, EDIT, PUBLISH, "打印模板")
