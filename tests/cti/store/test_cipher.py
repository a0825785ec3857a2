import base64

import pytest

from cti.store.cipher import Cipher, KeyProblem, load_master_key

KEY = b"k" * 32


def test_what_is_sealed_opens_again_and_is_never_the_same_twice():
    cipher = Cipher(KEY)
    first, second = cipher.seal("+8613800000001"), cipher.seal("+8613800000001")
    assert first != second
    assert "138" not in first
    assert cipher.open(first) == cipher.open(second) == b"+8613800000001"
    assert Cipher(KEY).open(first) == b"+8613800000001"


def test_changed_data_and_another_key_are_refused():
    sealed = Cipher(KEY).seal("320400199001011234")
    raw = bytearray(base64.b64decode(sealed[2:]))
    raw[-1] ^= 1
    for cipher, text in (
        (Cipher(KEY), "a:" + base64.b64encode(raw).decode()),
        (Cipher(b"x" * 32), sealed),
        (Cipher(KEY), "a:"),
    ):
        with pytest.raises(KeyProblem):
            cipher.open(text)


def test_indexes_are_equal_for_equal_text_of_one_kind_only():
    cipher = Cipher(KEY)
    assert cipher.index("number", "+8613800000001") == cipher.index("number", "+8613800000001")
    assert cipher.index("number", "1") != cipher.index("identity", "1")
    assert cipher.index("number", "0001") != cipher.index_last("number", "0001")
    assert cipher.index_last("number", "+8613800000001") == cipher.index_last("number", "+8613911110001")
    assert Cipher(b"x" * 32).index("number", "1") != cipher.index("number", "1")
    assert cipher.index("number", "") == cipher.index_last("number", "123") == ""


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
