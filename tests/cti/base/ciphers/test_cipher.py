import base64

import gmalg
import pytest
from cryptography.hazmat.primitives import hashes

from cti.base.ciphers.cipher import Cipher, KeyProblem, load_master_key
from cti.base.ciphers.suites import INTERNATIONAL, NATIONAL, SUITES, Broken

KEY = b"k" * 32
both = pytest.mark.parametrize("suite", ["international", "sm"])


@both
def test_what_is_sealed_opens_again_and_is_never_the_same_twice(suite):
    cipher = Cipher(KEY, suite)
    first, second = cipher.seal("+8613800000001"), cipher.seal("+8613800000001")
    assert first != second
    assert "138" not in first
    assert cipher.open(first) == cipher.open(second) == b"+8613800000001"
    assert Cipher(KEY, suite).open(first) == b"+8613800000001"
    assert cipher.open(cipher.seal(b"")) == b""


@both
def test_changed_data_and_another_key_are_refused(suite):
    sealed = Cipher(KEY, suite).seal("320400199001011234")
    form, raw = sealed[:2], base64.b64decode(sealed[2:])
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(KeyProblem):
            Cipher(KEY, suite).open(form + base64.b64encode(changed).decode())
    for length in range(len(raw)):
        with pytest.raises(KeyProblem):
            Cipher(KEY, suite).open(form + base64.b64encode(raw[:length]).decode())
    for cipher, text in ((Cipher(b"x" * 32, suite), sealed), (Cipher(KEY, suite), form), (Cipher(KEY, suite), "x")):
        with pytest.raises(KeyProblem):
            cipher.open(text)


@both
def test_indexes_are_equal_for_equal_text_of_one_kind_only(suite):
    cipher = Cipher(KEY, suite)
    assert cipher.index("number", "+8613800000001") == cipher.index("number", "+8613800000001")
    assert len(cipher.index("number", "1")) == 32
    assert cipher.index("number", "1") != cipher.index("identity", "1")
    assert cipher.index("number", "0001") != cipher.index_last("number", "0001")
    assert cipher.index_last("number", "+8613800000001") == cipher.index_last("number", "+8613911110001")
    assert Cipher(b"x" * 32, suite).index("number", "1") != cipher.index("number", "1")
    assert cipher.index("number", "") == cipher.index_last("number", "123") == ""


def test_each_set_opens_and_proves_what_the_other_made_but_indexes_differ():
    international, national = Cipher(KEY), Cipher(KEY, "sm")
    assert national.open(international.seal("x")) == international.open(national.seal("x")) == b"x"
    assert international.seal("x")[:2] == "a:" and national.seal("x")[:2] == "s:"
    assert international.index("number", "1") != national.index("number", "1")
    for one, other in ((international, national), (national, international)):
        made = one.mac("audit", b"entry")
        assert len(made) == 64 and made != other.mac("audit", b"entry")
        assert other.is_mac("audit", b"entry", made) and not other.is_mac("audit", b"other", made)
        assert not Cipher(b"x" * 32).is_mac("audit", b"entry", made) and not one.is_mac("else", b"entry", made)


@pytest.mark.parametrize("suite", SUITES, ids=lambda one: one.name)
def test_a_signature_is_of_its_text_and_key_alone(suite):
    private, other = b"p" * 32, b"q" * 32
    public = suite.public_key(private)
    assert public == suite.public_key(private) != suite.public_key(other)
    signature = suite.sign(private, b"the head of the chain")
    assert suite.is_signed(public, b"the head of the chain", signature)
    for key, text, said in (
        (public, b"another", signature),
        (suite.public_key(other), b"the head of the chain", signature),
        (public, b"the head of the chain", bytes([signature[0] ^ 1]) + signature[1:]),
        (public, b"the head of the chain", b""),
        (public, b"the head of the chain", bytes(64)),
        (b"nothing", b"the head of the chain", signature),
    ):
        assert not suite.is_signed(key, text, said)


def test_private_keys_at_the_edges_make_sm2_keys():
    for private in (bytes(32), b"\xff" * 32):
        assert NATIONAL.is_signed(NATIONAL.public_key(private), b"x", NATIONAL.sign(private, b"x"))


@pytest.mark.parametrize("short", [(b"\x07", b"\x08" * 32), (b"\x07" * 32, b"\x08" * 31)])
def test_short_numbers_of_an_sm2_signature_keep_their_places(monkeypatch, short):
    monkeypatch.setattr(gmalg.SM2, "sign", lambda self, data: short)
    signature = NATIONAL.sign(KEY, b"x")
    assert len(signature) == 64
    assert [int.from_bytes(part) for part in (signature[:32], signature[32:])] == [int.from_bytes(one) for one in short]


def test_the_national_algorithms_are_those_of_the_standards():
    """SM3 of abc (GB/T 32905, A.1); HMAC-SM3 of the standard's kind by an independent way; SM4-GCM of RFC 8998, A.1."""
    block = 64
    key, text = KEY, b"abc"
    padded = key.ljust(block, b"\0")

    def sm3(*parts):
        work = hashes.Hash(hashes.SM3())
        work.update(b"".join(parts))
        return work.finalize()

    assert sm3(text).hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    inner = sm3(bytes(one ^ 0x36 for one in padded), text)
    assert NATIONAL.mac(key, text) == sm3(bytes(one ^ 0x5C for one in padded), inner)
    sealed = bytes.fromhex(
        "00001234567800000000abcd17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    half = bytes.fromhex("0123456789abcdeffedcba9876543210")
    # The standard's example has data beside the text, which ours has not: without it the tag must not fit.
    with pytest.raises(Broken):
        NATIONAL.open(half + half, sealed + bytes.fromhex("83de3541e4c2b58177e065a9bf7b62ec"))
    assert INTERNATIONAL.mac(KEY, b"abc") != NATIONAL.mac(KEY, b"abc")


def test_the_master_key_is_made_once_for_the_owner_alone(tmp_path):
    key = load_master_key(tmp_path)
    assert len(key) == 32
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600
    assert load_master_key(tmp_path) == key


def test_a_master_key_that_others_can_read_is_refused(tmp_path):
    load_master_key(tmp_path)
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load_master_key(tmp_path)


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(b"x" * 31).decode(), "é" * 44])
def test_a_malformed_master_key_is_refused(tmp_path, monkeypatch, text):
    path = tmp_path / "master.key"
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(KeyProblem):
        load_master_key(tmp_path)


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_MASTER_KEY", base64.b64encode(KEY).decode())
    assert load_master_key(tmp_path) == KEY
    assert not (tmp_path / "master.key").exists()
