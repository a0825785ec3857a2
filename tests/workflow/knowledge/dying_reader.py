"""The reader of packed folders, which dies of a document named so, as one does that eats all its time."""

from __future__ import annotations

import os
import signal
import sys
import zipfile

from workflow.knowledge.hotlines import folder_process

DEADLY = "deadly.txt"


def main() -> int:
    read = folder_process.read

    def dies(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> list[tuple[str, str, str, str]]:
        if entry.filename.endswith(DEADLY):
            os.kill(os.getpid(), signal.SIGKILL)
        return read(archive, entry)

    folder_process.read = dies
    return folder_process.main(sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    sys.exit(main())
