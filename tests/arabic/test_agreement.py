from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.dates import compare_periods, read_periods
from service.arabic.numbers import compare_quantities, read_quantities
from service.model import Dimension, Period, Quantity

REFERENCE = date(2023, 9, 26)  # a Tuesday

QUANTITIES = [
    # claim, passage, agreement
    ("آلاف القتلى", "11 ألفاً و470 قتيلاً", "agrees"),
    ("11 ألفاً و470 قتيلاً", "آلاف القتلى", "compatible"),
    ("11 ألف قتيل", "11470 قتيلا", "agrees"),
    ("11470 قتيلا", "11 ألف قتيل", "compatible"),
    ("22 قتيلا", "22 قتيلا", "agrees"),
    ("22 قتيلا", "23 قتيلا", "conflicts"),
    ("20 قتيلا", "22 قتيلا", "conflicts"),
    ("22 قتيلا", "مقتل 22 شخصا", "agrees"),
    ("22 dead", "مقتل 22 شخصا", "agrees"),
    ("22 قتيلا", "92 جريحا", "unknown"),
    ("22 قتيلا", "أكثر من 20 قتيلا", "compatible"),
    ("أكثر من 20 قتيلا", "22 قتيلا", "agrees"),
    ("أكثر من 20 قتيلا", "5000 قتيل", "compatible"),
    ("أقل من 20 قتيلا", "22 قتيلا", "conflicts"),
    ("لا يتجاوز 40 شخصا", "نحو 100 شخص", "conflicts"),
    ("عشرات القتلى", "3 قتلى", "conflicts"),
    ("عشرات القتلى", "34 قتيلا", "agrees"),
    ("مئات القتلى", "34 قتيلا", "conflicts"),
    ("نحو 360 ألف حاج", "نحو 350 ألف حاج", "agrees"),
    ("نحو 360 ألف حاج", "360 ألف حاج", "agrees"),
    ("360 ألف حاج", "نحو 360 ألف حاج", "agrees"),
    ("نحو 360 ألف حاج", "نحو 700 ألف حاج", "conflicts"),
    ("نحو 100 منزل", "120 منزلا", "compatible"),
    ("بين 20 و30 سفينة", "25 سفينة", "agrees"),
    ("25 سفينة", "بين 20 و30 سفينة", "compatible"),
    ("بين 20 و30 سفينة", "35 سفينة", "conflicts"),
    ("450 كلم", "700 كلم", "conflicts"),
    ("100 ميل", "161 كيلومترا", "agrees"),
    ("450 كلم", "450 كيلوغراما", "unknown"),
    ("ستة أشهر", "نصف عام", "agrees"),
    ("90 دقيقة", "ساعة ونصف", "agrees"),
    ("لمدة سنة", "12 شهرا", "agrees"),
    ("5 دنانير", "6 دنانير تونسية", "conflicts"),
    ("5 دولارات", "5 يورو", "conflicts"),  # the same figure: one of the two is a slip
    ("5 دنانير كويتية", "5 دنانير تونسية", "conflicts"),
    ("5 دولارات", "6 يورو", "unknown"),
    ("مئة ألف دينار", "76 ألف دينار", "conflicts"),  # no rounding
    ("أكثر من 250 ألف هكتار", "210 آلاف هكتار", "conflicts"),
    ("لم يبلغ المئة", "أكثر من مئة", "conflicts"),
    ("لم يستمر أكثر من أربع ساعات", "عشر ساعات", "conflicts"),
    ("لا تتخطى 80 ألف دينار", "تتجاوز 112 ألف دينار", "conflicts"),
    ("ربع إشكاليات السجون", "52 بالمائة من إشكاليات السجون", "conflicts"),
    ("نصف لقاءاتها", "50 % من لقاءاتها", "agrees"),
    ("نسبة 2.5 %", "نسبة 2.48 %", "agrees"),
    ("نسبة 2.5 %", "نسبة 2.6 %", "conflicts"),
    ("3 نقاط مئوية", "3 %", "unknown"),
    ("2.5 مليون شخص", "2487321 شخصا", "agrees"),
    ("فاز 2-1", "فاز 2-1", "agrees"),
    ("فاز 2-1", "خسر 1-2", "compatible"),
    ("فاز 2-1", "فاز 3-1", "conflicts"),
    ("المرتبة الثالثة", "المرتبة الثانية", "conflicts"),
    ("المادة 252", "المادة 522", "conflicts"),
    ("ثلثا النواب", "67 % من النواب", "agrees"),
]


def read_one(text: str) -> Quantity:
    [fact] = read_quantities(text)
    assert isinstance(fact.value, Quantity)
    return fact.value


@pytest.mark.parametrize(("claim", "passage", "agreement"), QUANTITIES)
def test_quantities_compare_with_their_precision(claim: str, passage: str, agreement: str) -> None:
    assert compare_quantities(read_one(claim), read_one(passage)) == agreement


PERIODS = [
    ("26 أيلول 2023", "26 سبتمبر/أيلول 2023", "agrees"),
    ("26 أيلول 2023", "الثلاثاء", "agrees"),
    ("24 أيلول 2023", "الثلاثاء", "conflicts"),
    ("يوم الأحد 24 أيلول 2023", "الثلاثاء الماضي", "conflicts"),
    ("19 أيلول 2023", "الثلاثاء", "compatible"),
    ("12 أيلول 2023", "الثلاثاء", "unknown"),
    ("3 تشرين الأول 2023", "الثلاثاء", "compatible"),
    ("26 سبتمبر", "27 سبتمبر", "conflicts"),
    ("26 سبتمبر", "26 سبتمبر 2023", "agrees"),
    ("في سبتمبر 2023", "26 سبتمبر 2023", "agrees"),
    ("26 سبتمبر 2023", "في سبتمبر 2023", "compatible"),
    ("في سبتمبر 2023", "في 26 أغسطس 2023", "conflicts"),
    ("في 2023", "أمس", "agrees"),
    ("بين نيسان 2019 وحزيران 2020", "بين نيسان/أبريل 2019 وحزيران/يونيو 2020", "agrees"),
    ("بين نيسان 2019 وحزيران 2020", "خلال عامي 2019 و2020", "compatible"),
    ("في مارس 2023", "آذار/ مارس الماضي", "agrees"),
    ("في مارس 2022", "آذار/ مارس الماضي", "unknown"),
    ("قبل أيلول 2023", "في تشرين الثاني 2018", "agrees"),
    ("بعد أيلول 2023", "في تشرين الثاني 2018", "conflicts"),
    ("منذ 2011", "منذ 2013", "conflicts"),
    ("منذ 2011", "منذ 2011", "agrees"),
    ("منذ 2011", "في 2016", "compatible"),
    ("قبل 2025", "قبل نهاية 2020", "compatible"),
    ("قبل نهاية 2020", "في ديسمبر 2020", "agrees"),
    ("مطلع 2015", "في مارس 2015", "agrees"),
    ("مطلع 2015", "في نوفمبر 2015", "conflicts"),
    ("صباح اليوم", "مساء اليوم", "conflicts"),
    ("صباح اليوم", "فجر اليوم", "agrees"),
    ("ليل الاثنين", "فجر الثلاثاء", "unknown"),
    ("ليل الاثنين", "26 سبتمبر 2023", "unknown"),  # it may be past midnight
    ("24 سبتمبر 2023", "مساء أمس الاثنين", "conflicts"),
    ("24 سبتمبر 2023", "فجر الاثنين", "conflicts"),
    ("25 سبتمبر 2023", "مساء أمس الأحد", "unknown"),
    ("مساء السبت", "صباح السبت", "conflicts"),
    ("الساعة الثامنة مساء", "الساعة الثامنة صباحا", "conflicts"),
    ("الساعة 21:15", "الساعة 21:15", "agrees"),
    ("الساعة 21:15", "الساعة 19:15", "unknown"),
    ("12 شوال 1436هـ", "28 يوليو 2015", "agrees"),
]


def read_period(text: str, *, reference: date | None = REFERENCE) -> Period:
    [fact] = read_periods(text, reference=reference)
    assert isinstance(fact.value, Period)
    return fact.value


@pytest.mark.parametrize(("claim", "passage", "agreement"), PERIODS)
def test_periods_compare_with_their_precision(claim: str, passage: str, agreement: str) -> None:
    assert compare_periods(read_period(claim), read_period(passage)) == agreement


UNANCHORED = [
    ("26 سبتمبر", "26 سبتمبر 2023", "agrees"),
    ("26 سبتمبر", "27 سبتمبر 2023", "conflicts"),
    ("26 سبتمبر", "سبتمبر 2023", "compatible"),
    ("سبتمبر", "26 سبتمبر 2023", "agrees"),
    ("الثلاثاء", "26 سبتمبر 2023", "agrees"),
    ("الأحد", "26 سبتمبر 2023", "conflicts"),
    ("أمس", "26 سبتمبر 2023", "unknown"),
    ("2022", "أيلول", "unknown"),
]


@pytest.mark.parametrize(("claim", "passage", "agreement"), UNANCHORED)
def test_dates_without_days_compare_by_their_fields(claim: str, passage: str, agreement: str) -> None:
    one, two = read_period(f"في {claim}", reference=None), read_period(f"في {passage}", reference=None)
    assert compare_periods(one, two) == agreement


NUMBERS = st.none() | st.integers(0, 10**7).map(float)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    low, high = draw(NUMBERS), draw(NUMBERS)
    if low is not None and high is not None and low > high:
        low, high = high, low
    dimension = draw(st.sampled_from([Dimension.COUNT, Dimension.PERCENT]))
    return Quantity(low, high, dimension, approximate=draw(st.booleans()))


@given(quantities(), quantities())
def test_a_conflict_of_quantities_has_no_direction(one: Quantity, two: Quantity) -> None:
    assert (compare_quantities(one, two) == "conflicts") == (compare_quantities(two, one) == "conflicts")


@given(quantities())
def test_a_quantity_never_conflicts_with_itself(quantity: Quantity) -> None:
    assert compare_quantities(quantity, quantity) in ("agrees", "compatible")


DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))
TEXTS = st.sampled_from(
    ["26 سبتمبر 2023", "الثلاثاء", "في مارس", "قبل 2020", "منذ 2011", "أمس", "صيف 2014", "مطلع 2015", "فجر الخميس"]
)


@given(TEXTS, TEXTS, st.none() | DAYS, st.none() | DAYS)
def test_a_conflict_of_periods_has_no_direction(one: str, two: str, here: date | None, there: date | None) -> None:
    first, second = read_period(one, reference=here), read_period(two, reference=there)
    assert (compare_periods(first, second) == "conflicts") == (compare_periods(second, first) == "conflicts")


@given(TEXTS, st.none() | DAYS)
def test_a_period_never_conflicts_with_itself(text: str, reference: date | None) -> None:
    period = read_period(text, reference=reference)
    assert compare_periods(period, period) != "conflicts"
