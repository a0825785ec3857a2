"""Files sealed in chunks: read from anywhere, and changed by nobody unnoticed."""

import io
import os
import random

import pytest

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.sealed_files import HEAD, MORE, SealedReader, SealedWriter, is_sealed
from cti.base.ciphers.suites import SuiteName

CHUNK = 100


@pytest.fixture(params=["international", "sm"])
def cipher(request: pytest.FixtureRequest) -> Cipher:
    suite: SuiteName = request.param
    return Cipher(bytes(32), suite)


def sealed(cipher: Cipher, plain: bytes, piece: int = 37) -> bytes:
    file = io.BytesIO()
    with SealedWriter(file, cipher, CHUNK) as writer:
        for place in range(0, len(plain), piece):
            writer.write(plain[place : place + piece])
    return file.getvalue()


def opened(cipher: Cipher, data: bytes, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(SealedReader(io.BytesIO(data), cipher).read(start, end))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 5 * CHUNK + 50])
def test_what_was_written_is_read_whole_and_in_ranges(cipher: Cipher, size: int) -> None:
    plain = os.urandom(size)
    for piece in (1, 37, 1000):
        data = sealed(cipher, plain, piece)
        assert SealedReader(io.BytesIO(data), cipher).size == size
        assert opened(cipher, data) == plain
    rng = random.Random(size)
    for _ in range(50):
        start, end = rng.randint(0, size + 5), rng.randint(0, size + 5)
        assert opened(cipher, data, start, end) == plain[start:end]
    assert plain[:8] not in data or size < 8


def test_a_file_opens_by_the_suite_that_sealed_it_and_with_its_key_alone(cipher: Cipher) -> None:
    data = sealed(cipher, b"sound" * 100)
    for suite in ("international", "sm"):
        assert opened(cipher.in_suite(suite), data) == b"sound" * 100
    with pytest.raises(KeyProblem):
        opened(Cipher(bytes([1] * 32), cipher.suite.name), data)
    assert sealed(cipher, b"x") != sealed(cipher, b"x")


def test_no_change_goes_unnoticed(cipher: Cipher) -> None:
    """Whoever can write to the disk must not be able to shorten, reorder or exchange what was said."""
    plain = os.urandom(5 * CHUNK + 50)
    data, other = sealed(cipher, plain), sealed(cipher, os.urandom(5 * CHUNK + 50))
    step = CHUNK + MORE
    chunks = [data[place : place + step] for place in range(HEAD.size, len(data), step)]
    head = data[: HEAD.size]
    lies = {
        "cut between chunks": head + b"".join(chunks[:3]),
        "cut within a chunk": data[:-1],
        "nothing but the head": head,
        "two exchanged": head + b"".join([chunks[1], chunks[0], *chunks[2:]]),
        "one left out": head + b"".join([chunks[0], *chunks[2:]]),
        "one doubled": head + b"".join([*chunks[:2], *chunks[1:]]),
        "one of another file": head + b"".join([other[HEAD.size : HEAD.size + step], *chunks[1:]]),
        "more behind": data + chunks[0],
        "no sealed file": b"RIFF" + data,
        "unknown algorithms": data[:8] + b"z:" + data[10:],
        "chunks of nothing": data[:10] + bytes(4) + data[14:],
    }
    for name, lie in lies.items():
        with pytest.raises(KeyProblem):
            opened(cipher, lie)
            pytest.fail(name)
    for place in range(0, len(data), 7):
        with pytest.raises(KeyProblem):
            opened(cipher, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_a_writer_that_failed_leaves_no_file_that_opens(cipher: Cipher) -> None:
    file = io.BytesIO()
    with pytest.raises(OSError, match="full"), SealedWriter(file, cipher, CHUNK) as writer:
        writer.write(os.urandom(3 * CHUNK))
        raise OSError("full")
    with pytest.raises(KeyProblem):
        SealedReader(io.BytesIO(file.getvalue()), cipher)


def test_a_sealed_file_is_told_from_others(tmp_path, cipher: Cipher) -> None:
    path = tmp_path / "a"
    path.write_bytes(sealed(cipher, b"x"))
    assert is_sealed(path)
    path.write_bytes(b"RIFF")
    assert not is_sealed(path)
