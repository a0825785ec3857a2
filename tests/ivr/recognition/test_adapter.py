"""What a model learnt is added to the model that learnt it, and to no other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ivr.recognition import adapter
from ivr.recognition.adapter import MADE_FOR, ROWS, Adapter
from ivr.recognition.model_file import FLOAT16, Tensor
from ivr.recognition.narrowed import narrow
from ivr.recognition.whisper_packages import default_cache, installed
from tests.ivr.recognition.test_narrowed import NAMES, rows, tensor, write
from tests.ivr.recognition.test_whisper import needs_model

DICE = np.random.default_rng(3)


def matrix(*sizes: int) -> adapter.Matrix:
    return DICE.standard_normal(sizes).astype(np.float32)


def weights(name: str, values: adapter.Matrix, kind: int = FLOAT16) -> Tensor:
    return Tensor(name, values.shape, kind, values.astype(np.float16).tobytes())


def test_what_was_learnt_is_added() -> None:
    up, down, bias = matrix(6, 2), matrix(2, 4), matrix(6)
    learnt = Adapter("", {"a/weight": (up, down), "a/bias": bias})
    plain = matrix(6, 4)
    found = learnt(weights("a/weight", plain))
    assert (found.name, found.sizes, found.kind) == ("a/weight", (6, 4), FLOAT16)
    np.testing.assert_allclose(np.frombuffer(found.content, np.float16).reshape(6, 4), plain + up @ down, atol=0.01)
    np.testing.assert_allclose(np.frombuffer(learnt(weights("a/bias", bias)).content, np.float16), 2 * bias, atol=0.01)


def test_a_large_matrix_is_changed_to_its_last_row() -> None:
    up, down, plain = matrix(2 * ROWS + 3, 2), matrix(2, 4), matrix(2 * ROWS + 3, 4)
    found = Adapter("", {"a": (up, down)})(weights("a", plain))
    np.testing.assert_allclose(
        np.frombuffer(found.content, np.float16).reshape(plain.shape), plain + up @ down, atol=0.02
    )


def test_what_is_not_named_or_counted_otherwise_stays() -> None:
    learnt = Adapter("", {"a/weight": matrix(6, 4)})
    for one in (weights("b/weight", matrix(6, 4)), weights("a/weight", matrix(6, 4), kind=1)):
        assert learnt(one) is one


def test_it_is_kept_in_a_byte_a_value_nearly_as_it_was(tmp_path: Path) -> None:
    up, down, bias = matrix(300, 8), matrix(8, 200), matrix(300)
    path = tmp_path / "learnt.npz"
    adapter.save(path, Adapter("known", {"a/weight": (up, down), "a/bias": bias}))
    found = adapter.load(path)
    assert found.made_for == "known" and found.changes.keys() == {"a/weight", "a/bias"}
    product = found.changes["a/weight"]
    assert isinstance(product, tuple)
    error = product[0] @ product[1] - up @ down
    assert np.sqrt(np.mean(error**2)) < 0.02 * np.sqrt(np.mean((up @ down) ** 2))
    assert path.stat().st_size < up.size + down.size + 2 * bias.size + 8 * 300 + 4000


def test_another_model_is_left_alone(tmp_path: Path) -> None:
    known = rows(4)
    write(tmp_path, tensor("decoder/embeddings/weight", rows(len(NAMES)), FLOAT16), tensor(MADE_FOR, known, FLOAT16))
    made = Tensor(MADE_FOR, (4, 3), FLOAT16, known.tobytes())
    assert Adapter(adapter.digest(made), {}).fits(tmp_path)
    assert not Adapter("of another", {}).fits(tmp_path)
    write(tmp_path, tensor(MADE_FOR, known, FLOAT16), version=7)
    assert not Adapter(adapter.digest(made), {}).fits(tmp_path)


def test_a_narrowed_model_has_learnt_it(tmp_path: Path) -> None:
    known, added = rows(4), matrix(4, 3)
    write(tmp_path, tensor("decoder/embeddings/weight", rows(len(NAMES)), FLOAT16), tensor(MADE_FOR, known, FLOAT16))
    target = tmp_path / "narrow"
    target.mkdir()
    assert narrow(tmp_path, target, Adapter("", {MADE_FOR: added}))
    changed = (known.astype(np.float32) + added).astype(np.float16).tobytes()
    assert changed in (target / "model.bin").read_bytes()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\3\4"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.npz").write_bytes(content)
    with pytest.raises(ValueError):
        adapter.load(tmp_path / "broken.npz")


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", other=np.zeros(3))
    with pytest.raises(ValueError, match=r"other\.npz is no adapter"):
        adapter.load(tmp_path / "other.npz")


@needs_model
def test_what_is_shipped_fits_the_model_that_is_installed() -> None:
    home = installed(default_cache())
    assert home is not None
    assert adapter.of_model(home / "model") is not None


def test_a_city_has_its_own(tmp_path: Path) -> None:
    """Beside its model, which may be the one for which another is shipped."""
    known = rows(4)
    write(tmp_path, tensor("decoder/embeddings/weight", rows(len(NAMES)), FLOAT16), tensor(MADE_FOR, known, FLOAT16))
    assert adapter.of_model(tmp_path) is None, "what is shipped is for another model"
    made = Adapter(adapter.digest(Tensor(MADE_FOR, (4, 3), FLOAT16, known.tobytes())), {"a/bias": matrix(3)})
    adapter.save(tmp_path / adapter.OWN, made)
    found = adapter.of_model(tmp_path)
    assert found is not None and found.changes.keys() == {"a/bias"}
