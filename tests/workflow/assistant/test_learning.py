"""Models: what a text is as numbers, repeated texts on one side, calibrated probabilities, files that are broken."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.assistant.learning.figures import figures
from workflow.assistant.learning.fitting import fit, margins_of, steepness
from workflow.assistant.learning.linear import NotAModel, probabilities, read_model
from workflow.assistant.learning.repeated import groups, sides
from workflow.assistant.learning.terms import vocabulary
from workflow.assistant.learning.trying import by_turns, train
from workflow.assistant.learning.worker import Text, work
from workflow.assistant.trained import compared_words

THINGS = {
    "供水": "停水 水管 水压 自来水 水表",
    "供电": "停电 电线 电表 跳闸 变压器",
    "道路": "路灯 井盖 坑洼 路面 红绿灯",
}
LETTERS = [chr(one) for one in range(0x4E00, 0x5200)]


def messages() -> tuple[list[str], list[str]]:
    """Fifty of each class: two of its words among others."""
    rule = np.random.default_rng(0)
    said, labels = [], []
    for label, words in THINGS.items():
        for _ in range(50):
            first, second = rule.choice(words.split(), 2)
            said.append(f"{''.join(rule.choice(LETTERS, 12))}{first}{''.join(rule.choice(LETTERS, 12))}{second}")
            labels.append(label)
    return said, labels


def test_a_model_names_the_class_and_how_likely_it_is() -> None:
    model = train(*messages()).model
    ranked = model.rank("小区停水三天了，自来水一滴都没有")
    assert ranked[0].name == "供水"
    assert sum(one.probability for one in ranked) == pytest.approx(1)
    assert sorted(ranked, key=lambda one: -one.probability) == ranked
    assert model.rank("   ") == []


def test_a_kept_model_is_the_same_one(tmp_path: Path) -> None:
    said, labels = messages()
    made = fit(said, labels)
    path = tmp_path / "model"
    path.write_bytes(made.to_bytes())
    kept = read_model(path)
    assert kept.classes == made.classes
    assert all(kept.rank(one) == made.rank(one) for one in said[:20])


def test_a_broken_file_is_no_model_and_says_which(tmp_path: Path) -> None:
    whole = fit(*messages()).to_bytes()
    path = tmp_path / "broken"
    for end in range(0, len(whole) - 1, len(whole) // 40):
        path.write_bytes(whole[:end])
        with pytest.raises(NotAModel, match="broken"):
            read_model(path)
    for at in range(0, len(whole), len(whole) // 40):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            read_model(path).rank("停水")
        except NotAModel as error:
            assert "broken" in str(error)


def test_texts_that_all_repeat_each_other_cannot_be_tried() -> None:
    with pytest.raises(ValueError, match="repeat"):
        train([f"人民路{number}号院停水三天了请派人处理" for number in range(20)], ["供水", "供电"] * 10)


def test_a_file_with_code_in_it_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "evil"
    np.savez(path, head=np.array([object()], dtype=object))
    with pytest.raises(NotAModel, match="evil"):
        read_model(tmp_path / "evil.npz")


@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_text_is_a_row_of_length_one_or_empty(texts: list[str]) -> None:
    known = vocabulary(texts)
    for text in [*texts, "从未见过的"]:
        at, values = known.row(text)
        assert len(at) == len(values) == len(set(at.tolist()))
        assert not len(at) or float(values @ values) == pytest.approx(1, abs=1e-4)


def test_texts_that_repeat_others_stay_on_one_side() -> None:
    rule = np.random.default_rng(1)
    letters = [chr(one) for one in range(0x4E00, 0x5500)]
    own = ["".join(rule.choice(letters, 60)) for _ in range(60)]
    again = [f"{text[:40]}请尽快{text[40:]}谢谢" for text in own]
    found = groups([*own, *again])
    assert (found[:60] == found[60:]).mean() > 0.95
    assert len(set(found[:60])) == 60
    side = sides(found, 5)
    assert {len({side[number] for number in np.flatnonzero(found == group)}) for group in found} == {1}
    counts = np.bincount(side)
    assert counts.max() - counts.min() <= 4


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(1, 7), st.integers(0, 3))
def test_sides_keep_groups_whole(group: list[int], count: int, seed: int) -> None:
    found = sides(np.array(group), count, seed)
    assert len(found) == len(group)
    assert all(len({int(side) for side, own in zip(found, group, strict=True) if own == one}) == 1 for one in group)


def test_a_class_that_is_on_one_side_only_can_be_tried() -> None:
    said, labels = messages()
    side = np.array([0 if label == "供水" else number % 2 for number, label in enumerate(labels)])
    margins, classes, tried = by_turns(said, labels, side)
    assert margins.shape == (len(said), 3)
    assert classes == tuple(sorted(THINGS))
    assert {label for label, one in zip(labels, tried, strict=True) if not one} == {"供水"}


def test_a_class_whose_texts_all_repeat_each_other_is_no_error_but_untried() -> None:
    said, labels = messages()
    copies = [f"景区门票退款一直不到账，客服电话打不通，请处理。{number}" for number in range(6)]
    told = train([*said, *copies], [*labels, *["旅游"] * 6])
    assert told.figures.untried == {"旅游": 6}
    assert told.figures.texts == len(said)
    assert "旅游" in told.model.classes
    assert "旅游" not in {one.right for one in told.figures.confusions}
    assert told.figures.first == train(said, labels).figures.first


def test_tickets_of_a_class_that_the_model_in_use_lacks_are_not_counted_against_it() -> None:
    said, labels = messages()
    known = [at for at, label in enumerate(labels) if label != "供水"]
    used = fit([said[at] for at in known], [labels[at] for at in known])
    few = [Text(text=f"景区门票{number}", label="旅游") for number in range(3)]
    lines = [Text(text=f"{text}新", label=label, new=True) for text, label in zip(said, labels, strict=True)]
    _, card = work([*lines, *few], used)
    assert card.figures.absent == {"旅游": 3}
    assert card.compared is not None
    assert card.compared.lacked == labels.count("供水")
    assert card.compared.texts == len(labels) - labels.count("供水")
    assert card.compared.used > 0.9
    assert "不在在用模型中" in compared_words(card.compared)


def test_steepness_makes_probabilities_that_are_true() -> None:
    rule = np.random.default_rng(0)
    margins = rule.normal(size=(4000, 4)).astype(np.float32)
    likely = probabilities(margins, 3.0)
    right = np.array([rule.choice(4, p=one / one.sum()) for one in likely])
    assert steepness(margins, right) == pytest.approx(3.0, abs=0.3)


def test_figures_count_what_was_taken_for_what() -> None:
    likely = np.array([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8], [0.5, 0.4, 0.1]])
    told = figures(["a", "b", "c"], likely, ["a", "b", "c", "new"])
    assert (told.texts, told.absent) == (3, {"new": 1})
    assert (told.first, told.two, told.five) == (0.6667, 1.0, 1.0)
    assert {(one.right, one.taken_for, one.times) for one in told.confusions} == {("b", "a", 1)}
    assert told.sure["0.7"] == (0.6667, 1.0)
    assert figures(["a"], np.zeros((0, 1)), []).texts == 0


DATA = Path(os.environ.get("HOTLINE_PUBLIC_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))


@pytest.mark.skipif(not (DATA / "classify_train_raw.csv.gz").is_file(), reason="the public messages are not here")
def test_messages_that_it_has_not_seen_are_filed_as_people_filed_them() -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    learned, asked = rows("classify_train_tokenised"), rows("classify_train_raw")
    texts = ["".join(one["tokens"].split()) for one in learned]
    said = [f"{one['subject']}\n{one['text']}" for one in asked]
    group = groups([*texts, *said])
    same = {one["tokrow"].split(".")[0] for one in asked} - {""}
    repeated = set(group[len(texts) :].tolist())
    kept = [at for at, one in enumerate(learned) if one["row"] not in same and int(group[at]) not in repeated]
    model = fit([texts[at] for at in kept], [learned[at]["label"] for at in kept])
    told = figures(model.classes, probabilities(margins_of(model, said), 4.5), [one["label"] for one in asked])
    assert told.first >= 0.91
    assert told.two >= 0.98
    assert told.calibration <= 0.05
