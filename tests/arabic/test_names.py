import pytest

from service.arabic.names import name_similarity, read_names
from service.model import Name


def names_in(text: str) -> list[str]:
    return [fact.text for fact in read_names(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("بدأ المشير خليفة حفتر زيارة إلى روسيا", ["خليفة حفتر", "روسيا"]),
        ("عقد وزير الخارجية الفرنسي لقاء في بيروت", ["وزير الخارجية الفرنسي", "بيروت"]),
        ("Haftar met Vladimir Putin in Moscow", ["Haftar", "Vladimir Putin", "Moscow"]),
    ],
)
def test_names_are_read(text: str, expected: list[str]) -> None:
    assert names_in(text) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [("Haftar", "خليفة أبو القاسم حفتر"), ("فلاديمير بوتين", "Poutine"), ("يونس بك يفكوروف", "يونس بيك يوفكيورف")],
)
def test_one_name_across_spellings(first: str, second: str) -> None:
    one, two = (fact.value for text in (first, second) for fact in read_names(text))
    assert isinstance(one, Name)
    assert isinstance(two, Name)
    assert name_similarity(one, two) >= 0.8
