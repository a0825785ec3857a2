"""A small key server: hands the master key to one user of this machine, and to nobody else.

`python -m cti.base.ciphers.key_server SOCKET KEY_FILE USER` runs as another user than the hotline,
who alone reads the file. The port is as small as this: a line `master` comes, the key in base64 goes back.
A city's pool of cryptographic
services without a PKCS#11 driver (see `token`) is joined by a server of the same port.
"""

from __future__ import annotations

import os
import pwd
import socket
import struct
import sys
from pathlib import Path

SECONDS = 5.0
PEER = struct.Struct("3i")
"""Process, user and group of whoever connected (`SO_PEERCRED`, unix(7))."""


def serve(path: Path, key: Path, user: int) -> None:
    """Answer until the process ends."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        # Who may connect is decided by who connects, not by who may write to the file.
        path.chmod(0o666)
        listener.listen(8)
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(SECONDS)
                try:
                    _answer(connection, key, user)
                except OSError as error:
                    print(f"not answered: {error}", file=sys.stderr, flush=True)


def _answer(connection: socket.socket, key: Path, user: int) -> None:
    _, asking, _ = PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))
    said = connection.recv(16)
    if asking != user:
        print(f"refused user {asking}", file=sys.stderr, flush=True)
    elif said == b"master\n":
        connection.sendall(key.read_bytes())


if __name__ == "__main__":
    where, file, name = sys.argv[1:]
    os.umask(0o077)
    serve(Path(where), Path(file), int(name) if name.isdecimal() else pwd.getpwnam(name).pw_uid)
