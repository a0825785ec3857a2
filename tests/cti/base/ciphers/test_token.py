"""The master key that a cryptographic token opens, with SoftHSM: a token without hardware, behind the same port."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti.base.ciphers.key_sources import ENVIRONMENT, KeyProblem, load_master_key, source_of
from cti.base.ciphers.token import Token

KEY = bytes(range(32))
PIN = "123456"


def softhsm() -> Path:
    """SoftHSM's program, which `scripts/test` finds or fetches."""
    found = os.environ.get("HOTLINE_SOFTHSM") or shutil.which("softhsm2-util")
    if found is None:
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail("no SoftHSM (HOTLINE_SOFTHSM)")
        pytest.skip("no SoftHSM: run scripts/test unit, or set HOTLINE_SOFTHSM")
    return Path(found)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A token `hotline` with a PIN; returns its driver. One process reads its configuration once."""
    program, folder = softhsm(), tmp_path_factory.mktemp("token")
    prefix = program.resolve().parents[1]
    found = [path for part in ("lib", "lib/*", "usr/lib/*") for path in prefix.glob(f"{part}/softhsm/libsofthsm2.so")]
    assert found, f"no driver below {prefix}"
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    words = ["--init-token", "--free", "--label", "hotline", "--so-pin", PIN, "--pin", PIN, "--module", str(found[0])]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        subprocess.run([program, *words], check=True, capture_output=True, timeout=60)
        yield found[0]


@pytest.fixture
def data(tmp_path: Path, driver: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory whose settings name the token; the master key is sealed by it."""
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    pin.chmod(0o600)
    text = f"module: {driver}\ntoken: hotline\nkey: {tmp_path.name}\npin: pin\nsealed: master.sealed\n"
    (tmp_path / "token.yaml").write_text(text)
    Token.read(tmp_path / "token.yaml").seal(KEY)
    (tmp_path / "settings.yaml").write_text("keys: {token: token.yaml}\n")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def test_the_token_opens_the_master_key(data: Path) -> None:
    """It could only be had in clear, from a file, a server or the environment."""
    assert source_of(data).kind == "token"
    assert load_master_key(data) == load_master_key(data) == KEY
    assert not (data / "master.key").exists()
    assert (data / "master.sealed").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        Token.read(data / "token.yaml").seal(KEY)


def test_the_tokens_key_never_leaves_it(data: Path, driver: Path) -> None:
    """Whoever copies disk and PIN file still needs the token."""
    import pkcs11

    token = pkcs11.lib(str(driver)).get_token(token_label="hotline")
    with token.open(user_pin=PIN) as session:
        key = session.get_key(label=data.name)
        with pytest.raises(pkcs11.AttributeSensitive):
            key[pkcs11.Attribute.VALUE]


def test_what_is_wrong_is_said(data: Path) -> None:
    where = data / "token.yaml"
    (data / "pin").write_text("654321")
    with pytest.raises(KeyProblem, match="PinIncorrect"):
        load_master_key(data)
    (data / "pin").write_text(PIN)
    (data / "pin").chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load_master_key(data)
    (data / "pin").chmod(0o600)
    whole = (data / "master.sealed").read_text()
    (data / "master.sealed").write_text(("B" if whole[0] == "A" else "A") + whole[1:])
    with pytest.raises(KeyProblem, match="hotline of"):
        load_master_key(data)
    (data / "master.sealed").write_text(whole)
    change(where, f"key: {data.name}", "key: none")
    with pytest.raises(KeyProblem, match="NoSuchKey"):
        load_master_key(data)
    change(where, "token: hotline", "token: other")
    with pytest.raises(KeyProblem, match="token other"):
        load_master_key(data)
    change(where, "token: other", "tokens: other")
    with pytest.raises(KeyProblem, match="needs texts for"):
        load_master_key(data)
