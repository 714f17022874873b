import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.gazetteers import listed_places
from service.arabic.names import read_names
from service.arabic.places import compare_places
from service.model import Place


def places_in(text: str) -> dict[str, Place]:
    return {fact.text: fact.value for fact in read_names(text) if isinstance(fact.value, Place)}


def place(text: str) -> Place:
    (found,) = places_in(text).values()
    return found


READ = [
    # text, as written, key
    ("وصل الوفد إلى القاهرة", "القاهرة", "city:cairo"),
    ("اجتمعوا بالقاهرة أمس", "القاهرة", "city:cairo"),
    ("سافر من بيروت وللرياض عاد", "للرياض", "city:riyadh"),
    ("وصل وليبيا تنتظر", "ليبيا", "country:LY"),
    ("فيضانات في شرق ليبيا", "شرق ليبيا", "region:ly-east"),
    ("معارك في الشرق الليبي", "الشرق الليبي", "region:ly-east"),
    ("زلزال في شمال غربي سوريا", "شمال غربي سوريا", "region:sy-northwest"),
    ("عاد إلى العاصمة الليبية", "العاصمة الليبية", "city:tripoli-ly"),
    ("التقيا في العاصمة الروسية موسكو", "العاصمة الروسية موسكو", "city:moscow"),
    ("وصل إلى العاصمة طرابلس قادما من مصراتة", "العاصمة طرابلس", "city:tripoli-ly"),
    ("هاجر من بلاد الشام", "بلاد الشام", "region:levant"),
    ("بعثة في المحيط الهندي", "المحيط الهندي", "site:indian-ocean"),
    ("سفن في قناة السويس", "قناة السويس", "site:suez-canal"),
    ("حريق في بلدة زبيدين", "زبيدين", "place:zbdn"),
    ("اتفاق في واغادوجو", "واغادوجو", "city:ouagadougou"),
    ("زار سلطنة عُمان", "سلطنة عُمان", "country:OM"),
    ("هبطت الطائرة في عَمّان", "عَمّان", "city:amman"),
    ("هبطت الطائرة في عمّان", "عمّان", "city:amman"),
    ("The ship left Misrata", "Misrata", "city:misrata"),
    ("Flooding in eastern Libya", "eastern Libya", "region:ly-east"),
    ("Talks in the Libyan capital", "Libyan capital", "city:tripoli-ly"),
    ("Le sommet de N'Djamena", "N'Djamena", "city:n-djamena"),
    ("Des combats dans l'est de la Libye", "est de la Libye", "region:ly-east"),
]


@pytest.mark.parametrize(("text", "written", "key"), READ)
def test_places_are_read(text: str, written: str, key: str) -> None:
    assert written in places_in(text)
    assert places_in(text)[written].key == key


NOT_READ = [
    "دعم مالي للمزارعين",
    "نالت الجائزة جدة في السبعين",
    "سرت شائعة في السوق",
    "فرض حظر الجولان ليلا",
    "نشرت «الشرق الأوسط» التقرير",
    "It was a nice day for reading",
]


@pytest.mark.parametrize("text", NOT_READ)
def test_common_words_are_no_places(text: str) -> None:
    assert places_in(text) == {}


@pytest.mark.parametrize("text", ["الموازنة السعودية", "البعثة الإيطالية", "السفن المصرية", "the Tunisian coast"])
def test_adjectives_say_a_country_but_place_nothing(text: str) -> None:
    adjective = place(text)
    assert adjective.kind == "other"
    assert adjective.key.startswith("country:")
    assert compare_places(adjective, place("في الصين")) == "unknown"


@pytest.mark.parametrize(
    ("text", "written", "key"),
    [
        ("أعلن الجيش تقدمه في سرت", "سرت", "city:sirte"),
        ("انسحبت القوات إلى سرت بعد معارك في ليبيا", "سرت", "city:sirte"),
        ("قوافل من مالي إلى النيجر عبر باماكو", "مالي", "country:ML"),
        ("قتلى في هجوم بمالي", "مالي", "country:ML"),
    ],
)
def test_a_common_word_is_a_place_behind_a_cue_or_beside_its_country(text: str, written: str, key: str) -> None:
    assert places_in(text)[written].key == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("أغلقت طرابلس مطارها، وقالت حكومة ليبيا إنه عطل", "city:tripoli-ly"),
        ("احتجاجات في طرابلس وصيدا وبيروت", "city:tripoli-lb"),
        ("احتجاجات في طرابلس", "ambiguous:city:tripoli-lb|city:tripoli-ly"),
        ("أعلن الجيش اللبناني انتشاره في طرابلس", "city:tripoli-lb"),
        ("لقاء في عمان بين الملك والوزير الأردني", "city:amman"),
        ("وساطة عمان بين واشنطن وطهران أعلنتها مسقط", "country:OM"),
    ],
)
def test_shared_names_are_decided_by_the_text_or_left_open(text: str, key: str) -> None:
    assert key in {found.key for found in places_in(text).values()}


@pytest.mark.parametrize(("text", "country"), [("أعلنت موسكو", "country:RU"), ("الرياض تستضيف", "country:SA")])
def test_a_capital_may_mean_the_government(text: str, country: str) -> None:
    assert place(text).stands_for == country


COMPARED = [
    ("في بنغازي", "في ليبيا", "within"),
    ("في ليبيا", "في بنغازي", "contains"),
    ("في بنغازي", "في شرق ليبيا", "within"),
    ("في بنغازي", "في الشرق الليبي", "within"),
    ("في بنغازي", "في غرب ليبيا", "disjoint"),
    ("في شرق ليبيا", "في غرب ليبيا", "disjoint"),
    ("في شرق ليبيا", "في جنوب ليبيا", "unknown"),
    ("في بنغازي", "في العاصمة الليبية", "disjoint"),
    ("في العاصمة الليبية", "in the Libyan capital", "same"),
    ("في درنة", "in Derna", "same"),
    ("في دمشق", "في بلاد الشام", "within"),
    ("في القاهرة", "في الخليج", "disjoint"),
    ("في تونس", "في صفاقس", "contains"),
    ("في تونس العاصمة", "في صفاقس", "disjoint"),
    ("في الفلوجة", "في الأنبار", "within"),
    ("في الموصل", "في الأنبار", "unknown"),
    ("في خان يونس", "في غزة", "within"),
    ("في القدس", "في إسرائيل", "within"),
    ("في القدس", "في فلسطين", "within"),
    ("في سيفاستوبول", "في روسيا", "within"),
    ("في باريس", "في أفريقيا", "disjoint"),
    ("في باريس", "في أوروبا", "within"),
    ("احتجاجات في طرابلس", "في لبنان", "unknown"),
    ("احتجاجات في طرابلس", "العاصمة الليبية", "same"),
    ("في مطار معيتيقة", "في قاعدة بنينا", "disjoint"),
    ("في قاعدة بنينا", "في بنغازي", "within"),
    ("في بلدة زبيدين", "في القاهرة", "unknown"),
    ("في بلدة زبيدين", "في بلدة زبدين", "same"),
]


@pytest.mark.parametrize(("first", "second", "expected"), COMPARED)
def test_comparison(first: str, second: str, expected: str) -> None:
    assert compare_places(place(first), place(second)) == expected


MIRROR = {"same": "same", "contains": "within", "within": "contains", "disjoint": "disjoint", "unknown": "unknown"}
ANY_PLACE = st.sampled_from(sorted(listed_places().values(), key=lambda place: place.key))


@given(ANY_PLACE, ANY_PLACE)
def test_comparison_mirrors(first: Place, second: Place) -> None:
    assert compare_places(second, first) == MIRROR[compare_places(first, second)]


@given(ANY_PLACE)
def test_a_place_is_within_whatever_contains_it(inner: Place) -> None:
    known = listed_places()
    assert all(compare_places(inner, known[key]) == "within" for key in inner.within if key in known)


def test_containers_are_listed_and_nothing_contains_itself() -> None:
    known = listed_places()
    for inner in known.values():
        assert inner.key not in inner.within
        assert all(key in known or key.startswith("region:ly-") for key in inner.within)
