from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.names import name_similarity, read_names, same_name
from service.arabic.spellings import SAME_WORD
from service.arabic.transliterate import skeleton, spelling_similarity
from service.model import Fact, Name

SHARED_VARIANTS = Path(__file__).resolve().parents[3] / "shared/data/lexical/name_variants.tsv"


def names_in(text: str) -> list[str]:
    return [fact.text for fact in read_names(text) if isinstance(fact.value, Name)]


def name_in(text: str) -> Name:
    return next(fact.value for fact in read_names(text) if isinstance(fact.value, Name))


PEOPLE = [
    # text, name, office
    ("بدأ المشير خليفة حفتر زيارة إلى روسيا", "خليفة حفتر", "marshal//"),
    ("استقبل نائب وزير الدفاع الروسي يونس بك يفكوروف الوفد", "يونس بك يفكوروف", "deputy-minister/defence/RU"),
    ("بحث رئيس الوزراء العراقي مع زائره الملف", "رئيس الوزراء العراقي", "prime-minister//IQ"),
    ("قال الرئيس الأمريكي السابق باراك أوباما", "باراك أوباما", "president//US"),
    ("أعلن وزير النقل أنيس غديرة في تصريح", "أنيس غديرة", "minister/transport/"),
    ("صرح المتحدث باسم الجيش الليبي أحمد المسماري", "أحمد المسماري", "spokesperson/army/LY"),
    ("سجل المهاجم البلجيكي كريستيان بنتيكي هدفين", "كريستيان بنتيكي", "player//BE"),
    ("وصل قائد قوات شرق ليبيا، خليفة حفتر، أمس", "خليفة حفتر", "commander/org:lna/"),
    ("عالجها الدكتور سامي العتيبي في المستشفى", "سامي العتيبي", ""),
    ("نفى عبد الكريم الهاروني الخبر", "عبد الكريم الهاروني", ""),
    ("وقال محمد بن عبد العزيز الجميح للصحيفة", "محمد بن عبد العزيز الجميح", ""),
    ("قتل أبو بكر البغدادي في غارة", "أبو بكر البغدادي", ""),
    ("أوقف الحاكم رياض سلامة، وأحيل إلى القضاء", "رياض سلامة", "governor//"),
    ("تولى محمد الكندي رئاسة البنك", "محمد الكندي", ""),
    ("سجل اللاعب محمد صلاح المصري هدفا", "محمد صلاح", "player//"),
    ("استقبل الرئيس يلتسين الوفد", "يلتسين", "president//"),
    ("قال رئيس المفوضية الأوروبية يونكر للصحفيين", "يونكر", "head/org:european-commission/"),
    ("Saudi Crown Prince Mohammed bin Salman arrived", "Mohammed bin Salman", "crown-prince//SA"),
    ("the Egyptian president, Abdel Fattah el-Sissi, said", "Abdel Fattah el-Sissi", "president//EG"),
    ("Le président tunisien Kaïs Saïed a limogé un ministre", "Kaïs Saïed", "president//TN"),
]


@pytest.mark.parametrize(("text", "written", "office"), PEOPLE)
def test_people_are_read_with_their_office(text: str, written: str, office: str) -> None:
    names = {fact.text: fact.value for fact in read_names(text) if isinstance(fact.value, Name)}
    assert written in names
    assert names[written].kind == "person"
    assert names[written].office == office


ORGANISATIONS = [
    ("أعلنت الأمم المتحدة الحصيلة", "الأمم المتحدة", "org:un"),
    ("قصف الجيش السوداني المطار", "الجيش السوداني", "org:army//SD"),
    ("نفت وزارة الدفاع الروسية النبأ", "وزارة الدفاع الروسية", "org:ministry/defence/RU"),
    ("خفض البنك المركزي المصري الفائدة", "البنك المركزي المصري", "org:central-bank//EG"),
    ('انسحبت مجموعة "فاجنر" إلى القاعدة', 'مجموعة "فاجنر"', "org:wagner"),
    ("لجأ إلى مرتزقة فاغنر", "مرتزقة فاغنر", "org:wagner"),
    ("وقع نادي النوارس عقدا مع المدرب", "نادي النوارس", "nrs"),
    ("أعلنت شركة الجميح أرباحها", "شركة الجميح", ""),
    ("قال حلف الناتو إن المناورات تأجلت", "حلف الناتو", "org:nato"),
    ("دعا مجلس الأمن القومي إلى جلسة", "مجلس الأمن القومي", "org:national-security-council"),
    ("The Libyan army took the airport", "Libyan army", "org:army//LY"),
    ("the Russian Defence Ministry denied it", "Russian Defence Ministry", "org:ministry/defence/RU"),
    ("the Ministry of Health in Gaza", "Ministry of Health", "org:ministry/health/"),
]


@pytest.mark.parametrize(("text", "written", "key"), ORGANISATIONS)
def test_organisations_are_read(text: str, written: str, key: str) -> None:
    names = {fact.text: fact.value for fact in read_names(text) if isinstance(fact.value, Name)}
    assert written in names
    assert names[written].kind == "organisation"
    assert names[written].key.endswith(key)


NO_NAMES = [
    "قال رئيس البلدية إن حكومته لن تدفع",
    "شعر سعيد بالفرح",
    "أمل كبير في حل الأزمة",
    "بلغ عمر ناهز الثمانين",
    "اشتملت على تدريبات مدرب اللياقة البدنية",
    "صحابته رضوان الله عليهم",
    "وقال مكتب رئيس الوزراء في بيان",
    "وقفوا أمام القاعدة العسكرية",
    "يتم مضغه ليتحلل في الفم",
    "الأطراف التي هللت وطبلت للقرار",
    "حضر كامل الأعضاء الجلسة",
    "The meeting was held in the evening",
    "وزير التعليم يرعى انطلاقة الملتقى",
    "مدير الأمن العام يتفقد المصابين",
    "وزير المالية باق في منصبه",
    "رئيس الوفد غائب عن الجلسة",
    "كان المشتبه به الوحيد في الحادث",
    "زار الملك المفدى المصابين بعد الاعتداء الغاشم",
]


@pytest.mark.parametrize("text", NO_NAMES)
def test_everyday_words_are_no_names(text: str) -> None:
    assert [f.text for f in read_names(text) if isinstance(f.value, Name) and f.value.tokens] == []


def test_a_surname_alone_takes_the_key_of_the_full_name() -> None:
    facts = read_names("قال الوزير ماجد الدوسري إن الطريق آمن. وأضاف الدوسري أن الأشغال انتهت")
    assert [fact.text for fact in facts] == ["ماجد الدوسري", "الدوسري"]
    assert len({fact.value.key for fact in facts if isinstance(fact.value, Name)}) == 1


def test_foreign_words_in_quotes_or_twice_are_names() -> None:
    assert names_in("أبحرت الفرقاطة «هوانغشان» من الميناء") == ["هوانغشان"]
    assert names_in("وصل أيبارا أمس، ويلعب أيبارا غدا") == ["أيبارا", "أيبارا"]
    assert names_in("The tanker Ocean Leila was seized") == ["Ocean Leila"]


SAME = [
    ("يونس بك يفكوروف", "يونس بيك يوفكيورف"),
    ("يفكوروف", "يفكيروف"),
    ("قوات فاغنر", "مجموعة فاجنر"),
    ("مايكل لانغلي", "مايكل لانجلي"),
    ("خليفة أبو القاسم حفتر", "خليفة أبوالقاسم حفتر"),
    ("خليفة حفتر", "المشير حفتر"),
    ("عبد الفتاح السيسي", "عبدالفتاح السيسى"),
    ("Haftar", "خليفة حفتر"),
    ("Vladimir Putin", "بوتين"),
    ("Poutine", "فلاديمير بوتين"),
    ("Guterres", "أنطونيو جوتيريش"),
    ("أردوغان", "رجب طيب اردوجان"),
    ("الرئيس ستويان كولف", "Stoyan Kolev"),
    ("السيدة هدى معلوف", "السيدة هدي معلوف"),
    ("الوزير ماتيا كرانيتس", "الوزير ماتيا كرانيتش"),
    ("السيد نور الدين عماري", "السيد نورالدين عماري"),
    ("وزارة الدفاع الروسية", "the Russian Defence Ministry"),
    ("الجيش الليبي", "the Libyan army"),
    ("وزير الدفاع الروسي", "the Russian Defence Minister"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_one_name_across_spellings(first: str, second: str) -> None:
    assert same_name(name_in(first), name_in(second)) is True


DIFFERENT = [
    ("فلاديمير بوتين", "سيرغي شويغو"),
    ("بوتين", "حفتر"),
    ("قوات فاغنر", "حزب الله"),
    ("الجيش الليبي", "الجيش السوداني"),
    ("وزارة الدفاع الروسية", "وزارة الدفاع الأمريكية"),
    ("وزارة الدفاع الروسية", "وزارة الصحة الروسية"),
    ("وزير الدفاع الروسي", "نائب وزير الدفاع الروسي"),
    ("السيد سالم الدوسري", "السيد سليم الدوسري"),
    ("السيد أحمد العتيبي", "السيد سامي العتيبي"),
    ("السيد جمال الشهراني", "السيد جميل الشهراني"),
    ("السيد رياض سلامة", "السيد وسيم منصوري"),
    ("فلاديمير بوتين", "الأمم المتحدة"),
]


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_different_names_stay_apart(first: str, second: str) -> None:
    assert same_name(name_in(first), name_in(second)) is False


UNSURE = [
    ("وزير الدفاع", "السيد سالم الدوسري"),
    ("اللاعب محمد", "محمد صلاح"),
]


@pytest.mark.parametrize(("first", "second"), UNSURE)
def test_some_names_say_too_little(first: str, second: str) -> None:
    assert same_name(name_in(first), name_in(second)) is None


SKELETONS = [
    ("يفكوروف", "Yevkurov"),
    ("بوتين", "Poutine"),
    ("شويغو", "Shoigu"),
    ("نتنياهو", "Netanyahu"),
    ("حفتر", "Haftar"),
]


@pytest.mark.parametrize(("arabic", "latin"), SKELETONS)
def test_skeletons_meet_across_scripts(arabic: str, latin: str) -> None:
    assert skeleton(arabic) == skeleton(latin)


WORDS = st.sampled_from(
    ["الرئيس", "وزير", "الدفاع", "الروسي", "فلاديمير", "بوتين", "وبالقاهرة", "للجزائر",
     "«فاجنر»", "عبد", "الفتاح", "بن",
     "،", ".", "طرابلس", "العاصمة", "شرق", "ليبيا", "الليبي", "مجموعة", "نور", "الدين",
     "أ ف ب", "حـفتر", "مُحَمَّد", "\u200f",
     "President", "Putin", "of", "Libya", "d'Alger", "(", ")", "“", "\n", "١٧", "ﷲ", "بـ", "ل", "و"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=80)


@given(TEXTS)
def test_spans_are_exact_ordered_and_apart(text: str) -> None:
    facts = read_names(text)
    assert all(text[fact.span.start : fact.span.end] == fact.text for fact in facts)
    assert all(_apart(first, second) for first, second in pairwise(facts))


def _apart(first: Fact, second: Fact) -> bool:
    return first.span.end <= second.span.start


NAMES = TEXTS.map(lambda text: [f.value for f in read_names(text) if isinstance(f.value, Name)]).filter(bool)


@given(NAMES, NAMES)
def test_similarity_is_symmetric_and_one_with_itself(first: list[Name], second: list[Name]) -> None:
    similarity = name_similarity(first[0], second[0])
    assert 0 <= similarity <= 1
    assert name_similarity(second[0], first[0]) == pytest.approx(similarity)
    assert name_similarity(first[0], first[0]) == 1


@given(st.text(max_size=12), st.text(max_size=12))
def test_spelling_similarity_is_symmetric(first: str, second: str) -> None:
    assert spelling_similarity(first, second) == pytest.approx(spelling_similarity(second, first))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED_VARIANTS.exists(), reason="the shared data folder is not there: spellings not measured")
def test_threshold_separates_spellings_of_one_name_from_other_names() -> None:
    rows = [line.split("\t") for line in SHARED_VARIANTS.read_text(encoding="utf-8").splitlines()]
    spelled = [(latin, arabic.split("|")) for latin, arabic in rows]
    across = [spelling_similarity(latin, arabic[0]) >= SAME_WORD for latin, arabic in spelled]
    within = [spelling_similarity(arabic[0], arabic[1]) >= SAME_WORD for _, arabic in spelled if len(arabic) > 1]
    others = [
        spelling_similarity(one[1][0], two[1][0]) >= SAME_WORD
        for one, two in zip(spelled, spelled[len(spelled) // 3 :], strict=False)
        if not set(one[1]) & set(two[1])
    ]
    assert sum(across) / len(across) > 0.88
    assert sum(within) / len(within) > 0.83
    assert sum(others) / len(others) < 0.01
