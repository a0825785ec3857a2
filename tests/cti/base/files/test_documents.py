"""YAML documents that know where each value stands."""

from pathlib import Path

import pydantic
import pytest

from cti.base.files import documents
from cti.base.files.documents import DocumentError


class Shop(pydantic.BaseModel, extra="forbid"):
    name: str
    tills: list[int] = []


def complaints(text: str) -> list[str]:
    with pytest.raises(DocumentError) as found:
        documents.parse(text, "shop.yaml").validate(Shop)
    return [str(problem) for problem in found.value.problems]


def test_a_good_document() -> None:
    document = documents.parse("name: 花店\ntills: [1, 2]\n", "shop.yaml")
    assert document.validate(Shop) == Shop(name="花店", tills=[1, 2])
    assert document.places[("tills", 1)] == (2, 12)


def test_each_wrong_field_is_told_with_its_place() -> None:
    text = "name: x\ntills:\n  - 1\n  - two\ncolour: red\n"
    found = complaints(text)
    assert any(line.startswith("shop.yaml:4:5: tills.1:") for line in found)
    assert any(line.startswith("shop.yaml:5:1: colour:") for line in found)


def test_a_missing_field_is_told_at_what_should_have_it() -> None:
    assert complaints("tills: []\n")[0].startswith("shop.yaml:1:1: name:")


def test_a_key_twice_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"shop.yaml:2:1: 'name' stands here twice"):
        documents.parse("name: a\nname: b\n", "shop.yaml")


def test_bad_syntax_is_told_with_its_place() -> None:
    with pytest.raises(DocumentError, match=r"shop.yaml:2:\d+:"):
        documents.parse("name: [1,\n  }", "shop.yaml")


def test_yes_and_no_are_words() -> None:
    assert documents.parse("a: yes\nb: off\nc: true\n", "x").data == {"a": "yes", "b": "off", "c": True}


def test_an_empty_document_and_one_that_is_not_there(tmp_path: Path) -> None:
    assert documents.parse("", "x").data is None
    with pytest.raises(DocumentError, match="cannot be read"):
        documents.load(tmp_path / "missing.yaml")
    (tmp_path / "latin").write_bytes(b"a: \xff\n")
    with pytest.raises(DocumentError, match="cannot be read"):
        documents.load(tmp_path / "latin")


def test_code_is_not_run() -> None:
    with pytest.raises(DocumentError):
        documents.parse("a: !!python/object/apply:os.system ['true']\n", "x")


def test_what_somebody_does_with_a_document_changes_it_for_nobody_else() -> None:
    """A text that was read before is not read again."""
    text = "name: 花店\ntills: [1, 2]\n"
    for _ in range(2):
        document = documents.parse(text, "shop.yaml")
        assert (document.data, len(document.places)) == ({"name": "花店", "tills": [1, 2]}, 5)
        document.data["tills"].append(3)
        document.places.clear()
    assert documents.parse(text, "other.yaml").problem(("tills",), "m").file == "other.yaml"


def test_a_complaint_names_the_file_also_of_a_text_that_stood_elsewhere() -> None:
    for file in ("one.yaml", "two.yaml"):
        with pytest.raises(DocumentError) as found:
            documents.parse("name: [", file)
        assert [one.file for one in found.value.problems] == [file]


def test_numbers_as_keys_have_places() -> None:
    document = documents.parse("keys:\n  1: a\n  '2': b\n", "x")
    assert document.problem(("keys", 1), "m").line == 2
    assert document.problem(("keys", "2"), "m").line == 3
    assert document.problem(("keys", 9), "m").line == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name: a\nall: &all {first: 1, again: *all}\n", "2:22"),
        ("name: a\nall: &all\n  - 1\n  - *all\n", "2:6"),
        ("&all\nname: *all\n", "2:1"),
    ],
)
def test_an_alias_inside_what_it_names_is_a_fault_with_its_place(text: str, place: str) -> None:
    """It was followed without end: a RecursionError instead of the file, the line and the reason."""
    with pytest.raises(DocumentError, match=rf"shop.yaml:{place}: an alias stands inside what it names"):
        documents.parse(text, "shop.yaml")


@pytest.mark.parametrize("text", ["a: " + "[" * 500 + "]" * 500, "a: " + "{b: " * 500 + "1" + "}" * 500])
def test_values_nested_without_measure_are_a_fault_too(text: str) -> None:
    with pytest.raises(DocumentError, match=r"shop.yaml:1:\d+: values stand inside one another deeper than 100"):
        documents.parse(text, "shop.yaml")


@pytest.mark.parametrize(
    "word", ["010", "051012345", "+8613800138000", "8:30", "1_000", "0x1F", "0b11", "1:30.5", "1_0.5"]
)
def test_what_is_written_is_what_is_read(word: str) -> None:
    """A trunk's number 051012345 was 10753253, and the key 010 was 8."""
    assert documents.parse(f"{word}: {word}", "f").data == {word: word}
    assert documents.parse(f"a: [{word}]", "f").data == {"a": [word]}


def test_what_one_counts_with_is_a_number() -> None:
    text = "[0, -7, 12, 0.5, -1.25, .5, 2., 1.5e3, 1e3, 2026]"
    assert documents.parse(text, "f").data == [0, -7, 12, 0.5, -1.25, 0.5, 2.0, 1500.0, "1e3", 2026]


def test_a_byte_order_mark_at_the_beginning_is_no_part_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("name: 花店\n", encoding="utf-8-sig")
    document = documents.load(path)
    assert document.data == {"name": "花店"}
    assert document.places[("name",)] == (1, 1)
