"""An OpenAI-compatible service, spoken to over real HTTP: well, wrong, slow, away."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from tests.workflow.knowledge.meaning.model_service import ModelService
from workflow.knowledge.meaning.port import NotEncoded
from workflow.knowledge.meaning.service import ServiceEncoder


@pytest.fixture
async def service() -> AsyncIterator[ModelService]:
    async with ModelService() as made:
        yield made


async def test_vectors_come_in_the_order_of_their_texts_and_of_length_one(service: ModelService) -> None:
    model = ServiceEncoder(service.url, "bge-m3", "secret")
    found = await model.encode(["公积金", "居住证办理"])
    assert found.shape == (2, 256)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert found[0, ord("公") % 256] > 0
    assert service.asked == [("Bearer secret", {"model": "bge-m3", "input": ["公积金", "居住证办理"]})]
    assert model.name == f"{service.url} bge-m3"
    await model.close()


@pytest.mark.parametrize("ill", ["slow", "status", "text", "short", "else", "elsewhere"])
async def test_a_service_that_is_ill_gives_no_vectors(service: ModelService, ill: str) -> None:
    service.ill = ill
    model = ServiceEncoder(service.url, "bge-m3", seconds=0.5)
    with pytest.raises(NotEncoded):
        await model.encode(["公积金", "居住证"])
    service.ill = ""
    assert len(await model.encode(["公积金"])) == 1
    await model.close()


async def test_a_service_that_is_away_gives_no_vectors() -> None:
    model = ServiceEncoder("http://127.0.0.1:9/v1", "bge-m3")
    with pytest.raises(NotEncoded, match="away"):
        await model.encode(["公积金"])
    await model.close()
