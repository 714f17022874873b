import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.polarity import read_polarity
from service.model import Polarity, PolarityKind


def cues(text: str) -> list[tuple[str, str]]:
    return [(fact.value.kind.value, fact.text) for fact in read_polarity(text) if isinstance(fact.value, Polarity)]


def only(text: str, kind: PolarityKind) -> Polarity:
    found = [f.value for f in read_polarity(text) if isinstance(f.value, Polarity) and f.value.kind is kind]
    assert len(found) == 1
    return found[0]


NEGATIONS = [
    ("لم يحضر الوزير الجلسة", "لم"),
    ("الشركة لن ترفع أسعارها", "لن"),
    ("لا يملك المصنع رخصة", "لا"),
    ("ليس للنقابة مقر في المدينة", "ليس"),
    ("اتفقوا على عدم تمديد المهلة", "عدم"),
    ("غادر الوفد دون توقيع الوثيقة", "دون"),
    ("مرت العاصفة من دون إصابات", "من دون"),
    ("رُكب الخزان بلا ترخيص", "بلا"),
    ("وصف القرار بأنه غير قانوني", "غير"),
    ("لم يعد الجسر مفتوحا للشاحنات", "لم يعد"),
    ("فشل الفريق في بلوغ النهائي", "فشل"),
    ("محاولة الاقتحام باءت بالفشل", "باءت بالفشل"),
    ("كاد القارب يغرق قبالة الساحل", "كاد"),
    ("أحبط الحرس محاولة التسلل", "أحبط"),
    ("تراجعت البلدية عن قرار الهدم", "تراجعت"),
    ("حال الضباب دون إقلاع الطائرة", "حال"),
    ("امتنع عن التصويت سبعة نواب", "امتنع عن"),
    ("انهار المبنى ولم يصب أحد", "ولم"),
    ("أغلق الجسر ولن يفتح قبل شهر", "ولن"),
    ("بحثوا طويلا فلا وجدوه ولا وجدوا أثره", "فلا"),
    ("أكدت العاصمة رفضها المشاركة في القمة", "رفضها"),
    ("المدير رفض أن يوقع العقد", "رفض"),
    # dialects
    ("الوزير ماحضرش الاجتماع", "ماحضرش"),
    ("محضرتش الوزيرة الاجتماع", "محضرتش"),
    ("المدير ما وقعش العقد", "ما"),
    ("الوزير ما زار المصنع", "ما زار"),
    ("الوزيرة ما وافقت على العقد", "ما"),
    ("القمة ما راح تنعقد السنة", "ما راح"),
    ("الاجتماع مش في تونس", "مش"),
    ("الحادث صار بالبصرة مو بالنجف", "مو"),
    ("ماكو كهرباء بالمدينة من أمس", "ماكو"),
    ("العمال موش راضين على العرض", "موش"),
    # other languages
    ("The minister did not attend the session", "not"),
    ("The ship never left port", "never"),
    ("Rescuers failed to reach the village", "failed to"),
    ("Le ministre n'a signé aucun accord", "aucun"),
]


@pytest.mark.parametrize(("text", "cue"), NEGATIONS)
def test_negations_are_read(text: str, cue: str) -> None:
    assert ("negation", cue) in cues(text)


AFFIRMATIONS = [
    "لا يزال البحث عن المفقودين جاريا",
    "ما زالت القوات في البلدة",
    "انسحب الفريق ولا يزال الحارس في الملعب",
    "صدر فلم وثائقي عن الجسر",
    "رفض المدير الاتهامات الموجهة إليه",
    "نجا الركاب من غرق القارب",
    "القرار ألا يدخل الملعب إلا ثلاثة",
    "ما زال المعبر مغلقا",
    "تضررت القرى، لا سيما قرى الساحل",
    "لا بد من إصلاح الجسر",
    "لا شك أن الخسائر كبيرة",
    "لا يقل عدد القتلى عن عشرين",
    "وصل ما لا يقل عن مئة مهاجر",
    "المبلغ لا يتجاوز مليون دينار",
    "زار باريس، غير أن زيارته كانت قصيرة",
    "لم يحضر الجلسة سوى ثلاثة نواب",
    "لا تبعد القرية عن المدينة إلا خمسة كيلومترات",
    "ليس فقط الوزير من استقال بل رئيس الحكومة أيضا",
    "انهار السد، ما أدى إلى غرق القرية",
    "حضر ما يقارب ألف شخص",
    "هذا ما أعلنته الوزارة أمس",
    "كلا الطرفين وافق على الهدنة",
    "أسقطوا طائرة بدون طيار",
    "شملت الحملة الأطفال دون الخامسة",
    "الخدمة للشباب دون 18 عاما",
    "جاءت الأرباح دون توقعات المحللين",
    "فاز الفريق بهدفين دون رد",
    "The army not only held the town but advanced",
    "No fewer than forty people were hurt",
    # names and nouns that only look like «م…ش»
    "التقى الوزير زوران ميهايلوفتش في بلغراد",
    "عيّن الوزير وكيلا للوزارة",
    "مفتش الشرطة زار الموقع",
]


@pytest.mark.parametrize("text", AFFIRMATIONS)
def test_look_alikes_are_no_negation(text: str) -> None:
    assert not [cue for cue in cues(text) if cue[0] in ("negation", "denial")]


def test_a_plan_behind_a_conjunction_is_read() -> None:
    assert ("plan", "ومن المقرر أن") in cues("افتتح الجسر ومن المقرر أن تعبره القطارات غدا")


DENIALS = [
    ("نفت وزارة الدفاع صحة الأنباء عن مقتل جنود", "صحة الأنباء عن مقتل جنود", "وزارة الدفاع"),
    ("نفى الوزير أن يكون قد استقال، وأكد بقاءه", "أن يكون قد استقال", "الوزير"),
    ("كذّب الناطق باسم الشرطة أن يكون الموقوف قد هرب", "أن يكون الموقوف قد هرب", "الناطق باسم الشرطة"),
    ("خبر إقالة المدرب لا أساس له من الصحة", "خبر إقالة المدرب", None),
    ("الأنباء عن وفاة الفنان عارية عن الصحة.", "الأنباء عن وفاة الفنان", None),
    (
        "The ministry denied that its troops had entered the city",
        "that its troops had entered the city",
        "The ministry",
    ),
    ("Le parti a démenti toute négociation", "toute négociation", "Le parti"),
]


@pytest.mark.parametrize(("text", "scope", "speaker"), DENIALS)
def test_denials_have_scope_and_speaker(text: str, scope: str, speaker: str | None) -> None:
    denial = only(text, PolarityKind.DENIAL)
    assert denial.scope.of(text) == scope
    assert (denial.speaker.of(text) if denial.speaker else None) == speaker


DOUBTS = [
    ("زعم محلل أن الطائرة أسقطت", "زعم"),
    ("يُشاع أن المدرب سيرحل", "يُشاع أن"),
    ("قد يزور الرئيس بغداد", "قد"),
    ("من المحتمل أن تتأجل القمة", "من المحتمل أن"),
    ("ترددت أنباء عن استقالة الوزير", "ترددت أنباء"),
    ("ربما غادر القارب ليلا", "ربما"),
    ("The general was allegedly arrested", "allegedly"),
    ("Le général aurait quitté la capitale", "aurait"),
]


@pytest.mark.parametrize(("text", "cue"), DOUBTS)
def test_doubts_are_read(text: str, cue: str) -> None:
    assert ("doubt", cue) in cues(text)


PLANS = [
    ("تعتزم الحكومة رفع الدعم", "تعتزم"),
    ("من المقرر أن تفتتح المحطة في مايو", "من المقرر أن"),
    ("سيزور الوزير القاهرة", "سيزور"),
    ("وستبدأ الدراسة الأحد", "ستبدأ"),
    ("سوف تنعقد القمة في الرياض", "سوف"),
    ("هددت باريس بسحب قواتها", "هددت"),
    ("طالبت النقابة بزيادة الأجور", "طالبت"),
    ("دعا الحزب إلى انتخابات مبكرة", "دعا"),
    ("الرئيس رح يجي بالربيع", "رح"),
    ("The bank plans to cut rates", "plans to"),
    ("Le gouvernement envisage une réforme", "envisage"),
]


@pytest.mark.parametrize(("text", "cue"), PLANS)
def test_plans_are_read(text: str, cue: str) -> None:
    assert ("plan", cue) in cues(text)


@pytest.mark.parametrize(
    "text",
    [
        "قد وصل الوفد إلى القاهرة",
        "وقد أعلنت الوزارة النتائج",
        "توقفت السيارة أمام السفارة",
        "السياسة والسيول والستائر",
        "راح ضحية الهجوم عشرون مدنيا",
    ],
)
def test_deeds_are_neither_doubt_nor_plan(text: str) -> None:
    assert not [cue for cue in cues(text) if cue[0] in ("plan", "doubt")]


ATTRIBUTIONS = [
    ("قال وزير المالية إن العجز تقلص", "إن العجز تقلص", "وزير المالية"),
    ("أعلنت الشركة المصرية للاتصالات انتهاء الإصلاح", "انتهاء الإصلاح", "الشركة المصرية للاتصالات"),
    ("العجز تقلص، بحسب وزارة المالية", "العجز تقلص", "وزارة المالية"),
    ("وفقا لمصدر أمني، أوقف ثلاثة أشخاص", "أوقف ثلاثة أشخاص", "لمصدر أمني"),
    ("Kosovo says Lesotho kept its word", "Lesotho kept its word", "Kosovo"),
    ("The toll rose, according to the Red Crescent", "The toll rose", "the Red Crescent"),
]


@pytest.mark.parametrize(("text", "scope", "speaker"), ATTRIBUTIONS)
def test_who_is_quoted(text: str, scope: str, speaker: str) -> None:
    said = only(text, PolarityKind.ATTRIBUTION)
    assert said.scope.of(text) == scope
    assert said.speaker is not None
    assert said.speaker.of(text) == speaker


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("لم يصل الوفد، ووصلت الشحنة", "يصل الوفد"),
        ("لن يستقيل الوزير لكنه سيعتذر", "يستقيل الوزير"),
        ("لم تغلق الشركة مصنعها. غادر العمال", "تغلق الشركة مصنعها"),
        ("الراتب غير كاف للأسرة", "كاف"),
        ("أخفق الفريق، رغم تقدمه بهدفين، في بلوغ النهائي", "بلوغ النهائي"),
    ],
)
def test_negation_stays_in_its_clause(text: str, scope: str) -> None:
    assert only(text, PolarityKind.NEGATION).scope.of(text) == scope


def test_condition() -> None:
    assert ("condition", "إذا") in cues("سينسحب الوفد إذا رفض الطلب")
    assert ("condition", "في حال") in cues("يلغى العقد في حال تأخر التسليم")
    assert ("condition", "if") in cues("Prices rise if the strait closes")


PIECES = st.sampled_from(
    ["لم", "لا", "سوى", "نفت", "الوزارة", "أن", "بحسب", "،", ".", "«", "»", "قد", "يصل", "سيزور", "ما", "حضرش", "غير",
     "The", "denied", "not", "n'a", "pas", "إذا", "\n", "١٢", "لَمْ", "ولـــكن", "\u200f"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=60))
def test_spans_are_exact_and_scopes_lie_in_the_text(text: str) -> None:
    for fact in read_polarity(text):
        assert text[fact.span.start : fact.span.end] == fact.text
        assert isinstance(fact.value, Polarity)
        spans = [fact.value.scope, *([fact.value.speaker] if fact.value.speaker else [])]
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
