import random
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.dates import read_periods
from service.arabic.numbers import read_quantities
from service.model import Dimension, Fact, Quantity


def show(number: float | None) -> str:
    return "∞" if number is None else f"{number:.12g}"


def describe(fact: Fact) -> str:
    """Write a quantity as one line: span = ~low..high dimension unit counted."""
    quantity = fact.value
    assert isinstance(quantity, Quantity)
    reach = show(quantity.low) if quantity.low == quantity.high else f"{show(quantity.low)}..{show(quantity.high)}"
    if quantity.second is not None:
        reach = f"{show(quantity.low)}:{show(quantity.second)}"
    parts = [fact.text, "=", ("~" if quantity.approximate else "") + reach]
    parts += [quantity.dimension.value] if quantity.dimension is not Dimension.COUNT else []
    parts += [quantity.unit] if quantity.unit else []
    if quantity.dimension in (Dimension.COUNT, Dimension.ORDINAL) and quantity.counted:
        parts.append("/".join(quantity.counted))
    return " ".join(parts)


READ = [
    ("خلّفت السيول 11 ألفاً و470 قتيلاً", ["11 ألفاً و470 قتيلاً = 11470 قتيل"]),
    ("سجّلت السلطات 10 آلاف و100 مفقود", ["10 آلاف و100 مفقود = 10100 مفقود"]),
    ("لجأ إلى المدارس ٤٠ ألف نازح", ["٤٠ ألف نازح = 40000 نازح"]),
    ("شارك أحد عشر ألفا وخمسمئة متطوع", ["أحد عشر ألفا وخمسمئة متطوع = 11500 متطوع"]),
    ("حضر الحفل مئتان وخمسون ضيفا", ["مئتان وخمسون ضيفا = 250 ضيف"]),
    ("باع المتجر ألفا وثلاثمئة كتاب", ["ألفا وثلاثمئة كتاب = 1300 كتاب"]),
    ("وصل ألفا سائح إلى الجزيرة", ["ألفا سائح = 2000 سائح"]),
    ("استقبل المتحف ألفي زائر", ["ألفي زائر = 2000 زائر"]),
    ("عاد مليونا نازح إلى بيوتهم", ["مليونا نازح = 2000000 نازح"]),
    ("قدّم المانحون مليوني دولار", ["مليوني دولار = 2000000 money dollar"]),
    ("زرع المزارعون ثلاثة آلاف شجرة", ["ثلاثة آلاف شجرة = 3000 شجره"]),
    ("بلغ العدد خمسة وعشرين ألفا وثلاثمئة وأربعين ناخبا", ["خمسة وعشرين ألفا وثلاثمئة وأربعين ناخبا = 25340 ناخب"]),
    ("سكن القرية مئة وخمسة أشخاص", ["مئة وخمسة أشخاص = 105 شخص"]),
    ("جمع الفريق تسعا وتسعين نقطة", ["تسعا وتسعين نقطة = 99 نقطه"]),
    ("شاهد المباراة ثلاثة ملايين ونصف المليون مشجع", ["ثلاثة ملايين ونصف المليون مشجع = 3500000 مشجع"]),
    ("كلّف الجسر مليونا و300 ألف يورو", ["مليونا و300 ألف يورو = 1300000 money EUR"]),
    ("كلّف الجسر مليون ونصف المليون درهم", ["مليون ونصف المليون درهم = 1500000 money dirham"]),
    ("يحتاج المشروع إلى نصف مليون دولار", ["نصف مليون دولار = 500000 money dollar"]),
    ("يحتاج المشروع إلى ربع مليون جنيه", ["ربع مليون جنيه = 250000 money pound"]),
    ("باعت الشركة 1,250,000 جهاز", ["1,250,000 جهاز = 1250000 جهاز"]),
    ("باعت الشركة 1.250.000 سهم", ["1.250.000 سهم = 1250000 سهم"]),
    ("نُقل 76.000 طن من القمح", ["76.000 طن = 76000000 mass t"]),
    ("زرعت البلدية 15 000 شجرة", ["15 000 شجرة = 15000 شجره"]),
    ("بلغت نسبة النمو 2,5 في المئة", ["2,5 في المئة = 2.5 percent %"]),
    ("بلغت نسبة النمو ٢٫٥٪", ["٢٫٥٪ = 2.5 percent %"]),
    ("بلغت نسبة النمو 5ر2 بالمائة", ["5ر2 بالمائة = 2.5 percent %"]),
    ("تراجع التضخم إلى 50 فاصل 2 بالمائة", ["50 فاصل 2 بالمائة = 50.2 percent %"]),
    ("خسر المؤشر 0.7 %", ["0.7 % = 0.7 percent %"]),
    ("رفع البنك الفائدة 25 نقطة أساس", ["25 نقطة أساس = 0.25 percent bp"]),
    ("تقدم الحزب بثلاث نقاط مئوية", ["ثلاث نقاط مئوية = 3 percent pp"]),
    ("صوّت ثلثا النواب لصالح القانون", ["ثلثا النواب = 66.1666666667..67.1666666667 percent %"]),
    ("يعيش ثلاثة أرباع السكان في المدن", ["ثلاثة أرباع السكان = 75 percent %"]),
    ("غاب نصف الموظفين عن العمل", ["نصف الموظفين = 50 percent %"]),
    ("قُتل آلاف المدنيين", ["آلاف المدنيين = 2000..∞ مدني/قتيل"]),
    ("فرّ عشرات الآلاف من القرية", ["عشرات الآلاف من القرية = 20000..∞ قريه"]),
    ("تظاهر مئات الطلاب أمام الوزارة", ["مئات الطلاب = 200..∞ طالب"]),
    ("أصيب العشرات في التدافع", ["العشرات = 20..∞ جريح"]),
    ("أنفقت البلدية ملايين الدنانير", ["ملايين الدنانير = 2000000..∞ money dinar"]),
    ("زار المعرض مئات الآلاف من الناس", ["مئات الآلاف من الناس = 200000..∞ شخص"]),
    ("بقي في المبنى بضعة عمال", ["بضعة عمال = 3..10 عامل"]),
    ("أغلقت الشرطة عدة طرق", ["عدة طرق = 3..∞ طرق"]),
    ("اشترى بضعة آلاف هاتف", ["بضعة آلاف هاتف = 3000..10000 هاتف"]),
    ("حضر نحو 360 ألف حاج", ["نحو 360 ألف حاج = ~324000..396000 حاج"]),
    ("حضر حوالي 50 صحفيا", ["حوالي 50 صحفيا = ~45..55 صحفي"]),
    ("تضرر قرابة مئة منزل", ["قرابة مئة منزل = ~90..110 منزل"]),
    ("قُدّر الحضور بزهاء 2000 شخص", ["بزهاء 2000 شخص = ~1800..2200 شخص"]),
    ("سقط ما يقارب 40 صاروخا", ["ما يقارب 40 صاروخا = ~36..44 صاروخ"]),
    ("قُتل أكثر من 20 جنديا", ["أكثر من 20 جنديا = 20..∞ جندي/قتيل"]),
    ("قُتل ما لا يقل عن 35 مدنيا", ["ما لا يقل عن 35 مدنيا = 35..∞ مدني/قتيل"]),
    ("لا يتجاوز عدد الناجين 12", ["لا يتجاوز عدد الناجين 12 = 0..12 ناج"]),
    ("لم يتجاوز عدد الحضور المئة", ["لم يتجاوز عدد الحضور المئة = 0..100 حضور"]),
    ("دفعوا أقل من 300 دولار", ["أقل من 300 دولار = 0..300 money dollar"]),
    ("يزيد وزن الحوت على 4 أطنان", ["4 أطنان = 4000 mass t"]),
    ("فاق عدد الزوار 90 ألفا", ["فاق عدد الزوار 90 ألفا = 90000..∞ زائر"]),
    ("تجاوز سعر البرميل حاجز 100 دولار", ["تجاوز سعر البرميل حاجز 100 دولار = 100..∞ money dollar"]),
    ("جُرح 15 شخصا على الأقل", ["15 شخصا على الأقل = 15..∞ شخص/جريح"]),
    ("يُنقل 30 راكبا على الأكثر", ["30 راكبا على الأكثر = 0..30 مسافر"]),
    ("يحق لمن قضى 10 سنوات فأكثر", ["10 سنوات فأكثر = 315569520..∞ duration year"]),
    ("استغرق العمل ثلاث ساعات تقريبا", ["ثلاث ساعات تقريبا = ~9720..11880 duration hour"]),
    ("مقتل 22 شخصا وإصابة 92 آخرين", ["22 شخصا = 22 شخص/قتيل", "92 آخرين = 92 شخص/جريح"]),
    ("22 قتيلا و92 جريحا في الانفجار", ["22 قتيلا = 22 قتيل", "92 جريحا = 92 جريح"]),
    ("لقي ثلاثة عمال مصرعهم", ["ثلاثة عمال = 3 عامل/قتيل"]),
    ("توفي شخصان في الحادث", ["شخصان = 2 شخص/قتيل"]),
    ("أودى الزلزال بحياة 120 شخصا", ["120 شخصا = 120 شخص/قتيل"]),
    ("ارتفع عدد القتلى إلى 41", ["41 = 41 قتيل"]),
    ("حصيلة الجرحى بلغت 77", ["77 = 77 جريح"]),
    ("أوقفت الشرطة خمسة مشتبه بهم", ["خمسة مشتبه = 5 مشتب/موقوف"]),
    ("إيقاف 7 أشخاص وحجز 4 سيارات", ["7 أشخاص = 7 شخص/موقوف", "4 سيارات = 4 سياره"]),
    ("بينهم 5 أطفال و3 نساء", ["5 أطفال = 5 طفل", "3 نساء = 3 امراه"]),
    ("عشرون بين قتيل وجريح", ["عشرون = 20 قتيل"]),
    ("مقتل وإصابة 37 جنديا", ["37 جنديا = 37 جندي/قتيل/جريح"]),
    ("لقي 7 أشخاص حتفهم وأصيب 15 آخرون", ["7 أشخاص = 7 شخص/قتيل", "15 آخرون = 15 شخص/جريح"]),
    ("لقيت امرأة مصرعها وأصيب 4 أطفال", ["4 أطفال = 4 طفل/جريح"]),
    ("راح ضحيته 8 أشخاص", ["8 أشخاص = 8 شخص/قتيل"]),
    ("مصرع 4 أشخاص غرقا وفقدان 11", ["4 أشخاص = 4 شخص/قتيل", "11 = 11 مفقود"]),
    ("قتل 5 من عناصر الشرطة", ["5 من عناصر = 5 عنصر/قتيل"]),
    ("بعد مقتلهم وإصابة 20 جنديا", ["20 جنديا = 20 جندي/جريح"]),
    ("أُنقذ 42 مهاجرا قبالة السواحل", ["42 مهاجرا = 42 مهاجر/ناج"]),
    ("نفق 30 رأسا من الغنم", ["30 رأسا = 30 راس"]),
    ("نقل قتيلين إلى المستشفى", ["قتيلين = 2 قتيل"]),
    ("عثروا على جثتين", ["جثتين = 2 جثه"]),
    ("وُلدت له ابنتان في سيارتين", ["سيارتين = 2 سياره"]),
    ("تراوح العدد بين 20 و30 سفينة", ["بين 20 و30 سفينة = 20..30 سفينه"]),
    ("تستغرق الرحلة من 5 إلى 7 أيام", ["من 5 إلى 7 أيام = 432000..604800 duration day"]),
    ("يحتاجون إلى 10-15 خيمة", ["10-15 خيمة = 10..15 خيم"]),
    ("يتطلب الأمر بين 3 و5 ملايين دينار تونسي", ["بين 3 و5 ملايين دينار تونسي = 3000000..5000000 money TND"]),
    ("تستغرق الدورة أسبوعين أو ثلاثة أسابيع", ["أسبوعين أو ثلاثة أسابيع = 1209600..1814400 duration week"]),
    ("ارتفعت النسبة من 5 إلى 7 بالمئة", ["5 = 5 percent %", "7 بالمئة = 7 percent %"]),
    ("قفز السعر من 3 إلى 5 ملايين ريال", ["3 = 3000000 money riyal", "5 ملايين ريال = 5000000 money riyal"]),
    ("اشترى بيتا بخمسين ألف دينار كويتي", ["خمسين ألف دينار كويتي = 50000 money KWD"]),
    ("دفع غرامة قدرها 300 دينارا تونسيا", ["300 دينارا تونسيا = 300 money TND"]),
    ("ثمن الكتاب 20 ريالا سعوديا", ["20 ريالا سعوديا = 20 money SAR"]),
    ("ربح 5 ملايين درهم إماراتي", ["5 ملايين درهم إماراتي = 5000000 money AED"]),
    ("كلّفه ألف جنيه مصري", ["ألف جنيه مصري = 1000 money EGP"]),
    ("خسر مئة ألف ليرة لبنانية", ["مئة ألف ليرة لبنانية = 100000 money LBP"]),
    ("It costs 900 million US dollars", ["900 million US dollars = 900000000 money USD"]),
    ("He was fined 500 Kuwaiti dinars", ["500 Kuwaiti dinars = 500 money KWD"]),
    ("Un contrat de 3 millions de dollars américains", ["3 millions de dollars américains = 3000000 money USD"]),
    ("اقترض 10 مليارات دولار", ["10 مليارات دولار = 10000000000 money dollar"]),
    ("تبرع بمبلغ $5 million", ["$5 million = 5000000 money dollar"]),
    ("The deal is worth €20 million", ["€20 million = 20000000 money EUR"]),
    ("قيمة الصفقة 1.2 مليار يورو", ["1.2 مليار يورو = 1200000000 money EUR"]),
    ("باعه بدولارين", ["بدولارين = 2 money dollar"]),
    ("بلغ الدولار 2.301 دينار", ["2.301 دينار = 2.301 money dinar"]),
    ("تبعد القاعدة 700 كلم عن العاصمة", ["700 كلم = 700000 length km"]),
    ("تقع القرية على بعد 5ر4 كلم", ["5ر4 كلم = 4500 length km"]),
    ("يبلغ ارتفاع البرج 828 مترا", ["828 مترا = 828 length m"]),
    ("سار كيلومترين ونصف الكيلومتر", ["كيلومترين ونصف الكيلومتر = 2500 length km"]),
    ("غطس إلى عمق 4 أمتار ونصف المتر", ["4 أمتار ونصف المتر = 4.5 length m"]),
    ("احترق 50 هكتارا من الغابات", ["50 هكتارا = 500000 area ha"]),
    ("تمتد المحمية على 2.5 مليون متر مربع", ["2.5 مليون متر مربع = 2500000 area m2"]),
    ("وزن الطرد 24,5 كيلوغراما", ["24,5 كيلوغراما = 24.5 mass kg"]),
    ("ضبطوا 350 طنا من الأرز", ["350 طنا = 350000 mass t"]),
    ("صودر 2890 لترا من الحليب", ["2890 لترا = 2890 volume l"]),
    ("تصدّر البلاد 300 ألف برميل من النفط", ["300 ألف برميل = 47696188.4784 volume bbl"]),
    ("قد تصل الرياح إلى 90 كلم/س", ["90 كلم/س = 25 speed km/h"]),
    ("كان يقود بسرعة 120 كيلومترا في الساعة", ["120 كيلومترا في الساعة = 33.3333333333 speed km/h"]),
    ("بلغت الحرارة 45 درجة مئوية", ["45 درجة مئوية = 45 temperature °C"]),
    ("تتراوح الحرارة بين 14 و19 درجة", ["بين 14 و19 درجة = 14..19 temperature °C"]),
    ("تنتج المحطة 125 ميغاواط", ["125 ميغاواط = 125000000 power MW"]),
    ("حُكم عليه بالسجن 15 عاما", ["15 عاما = 473354280 duration year"]),
    ("حُكم عليه بالسجن لمدة سنة", ["سنة = 31556952 duration year"]),
    ("استمرت الجلسة ساعتين", ["ساعتين = 7200 duration hour"]),
    ("دام الإضراب سنة ونصف", ["سنة ونصف = 47335428 duration year"]),
    ("توقفت الحافلة نصف ساعة", ["نصف ساعة = 1800 duration hour"]),
    ("مرّت ثلاثة أيام على الحادث", ["ثلاثة أيام = 259200 duration day"]),
    ("خلال 48 ساعة", ["48 ساعة = 172800 duration hour"]),
    ("توفي عن عمر 45 عاما", ["45 عاما = 45 age year"]),
    ("توفي عن عمر ناهز 93 عاما", ["ناهز 93 عاما = ~83.7..102.3 age year"]),
    ("فاطمة (27 عاما) طبيبة", ["27 عاما = 27 age year"]),
    ("يبلغ من العمر نحو 58 سنة", ["نحو 58 سنة = ~52.2..63.8 age year"]),
    ("شاب في العشرين من عمره", ["العشرين من عمره = 20 age year"]),
    ("وهي في الثالثة والأربعين من العمر", ["الثالثة والأربعين من العمر = 43 age year"]),
    ("قُبض على ثلاثيني في المطار", ["ثلاثيني = 30..39 age year"]),
    ("عمره 6 أشهر", ["6 أشهر = 0.5 age year"]),
    ("أعمارهم بين 20 و30 عاما", ["بين 20 و30 عاما = 20..30 age year"]),
    ("فاز الفريق بنتيجة 3-1", ["3-1 = 3:1 score"]),
    ("تغلب النسر على الأسد 2 مقابل 1", ["2 مقابل 1 = 2:1 score"]),
    ("فاز بهدفين لهدف", ["بهدفين لهدف = 2:1 score"]),
    ("فاز بثلاثة أهداف دون رد", ["ثلاثة أهداف دون رد = 3:0 score"]),
    ("انتهت المباراة (85-72)", ["85-72 = 85:72 score"]),
    ("حلّ في المرتبة الثالثة", ["المرتبة الثالثة = 3 ordinal مرتب"]),
    ("الدورة الـ15 للمهرجان", ["الدورة الـ15 = 15 ordinal دوره"]),
    ("هذه ثالث زيارة للوزير", ["ثالث زيارة = 3 ordinal زياره"]),
    ("المصنفة 26 عالميا", ["المصنفة 26 = 26 ordinal مصنف"]),
    ("الجولة الحادية والعشرين", ["الجولة الحادية والعشرين = 21 ordinal جوله"]),
    ("بموجب القرار 1559", ["القرار 1559 = 1559 ordinal قرار"]),
    ("نصت المادة 15 من الدستور", ["المادة 15 = 15 ordinal ماد"]),
    ("الطريق الوطنية رقم 13", ["الطريق الوطنية رقم 13 = 13 ordinal طريق"]),
    ("سجل الهدف في الدقيقة 90", ["الدقيقة 90 = 90 ordinal دقيق"]),
    ("اجتمعت لجنة 5+5 في سرت", []),
    ("قمة G20 تناقش كوفيد-19", []),
    ("اتصلوا على 80.10.11.11", []),
    ("اتصلوا على 0021671123456", []),
    ("أسقطت طائرة سو-24", []),
    ("في سنة 2015 شهدت البلاد جفافا", []),
    ("كان ذلك قبل ثورة 2011", []),
    ("يوم 26 سبتمبر 2023", []),
    ("على الساعة 21:15", []),
    ("في ربع النهائي", []),
    ("القادة الستة وقعوا الاتفاق", ["القادة الستة = 6 قاد"]),
    ("جريح واحد في الحادث", ["جريح واحد = 1 جريح"]),
    ("صوّت لصالحه 231 نائبا مقابل 197", ["231 نائبا = 231 نائب", "197 = 197"]),
    ("اختفى جندي وطفلان", ["وطفلان = 2 طفل"]),
    (
        "At least 22 people were killed and more than 90 injured",
        ["At least 22 people = 22..∞ شخص/قتيل", "more than 90 injured = 90..∞ جريح"],
    ),
    ("Twenty-five soldiers died in the attack", ["Twenty-five soldiers = 25 جندي/قتيل"]),
    ("Some 10,000 people fled", ["Some 10,000 people = ~9000..11000 شخص"]),
    ("The toll rose to one hundred and five dead", ["one hundred and five dead = 105 قتيل"]),
    ("Thousands of protesters gathered", ["Thousands of protesters = 2000..∞ متظاهر"]),
    ("Only half of the voters took part", ["half of the voters = 50 percent %"]),
    ("A 45-year-old man was arrested", ["45-year-old = 45 age year"]),
    ("She is 30 years old", ["30 years old = 30 age year"]),
    ("They drove 100 miles", ["100 miles = 160934.4 length mi"]),
    ("Inflation fell to 3.5 percent", ["3.5 percent = 3.5 percent %"]),
    ("The final score was 2-0", ["2-0 = 2:0 score"]),
    ("Près de 300 migrants ont été sauvés", ["Près de 300 migrants = ~270..330 مهاجر/ناج"]),
    ("Au moins 12 morts et 40 blessés", ["Au moins 12 morts = 12..∞ قتيل", "40 blessés = 40 جريح"]),
    ("Plus de deux mille personnes", ["Plus de deux mille personnes = 2000..∞ شخص"]),
    ("Une vingtaine de blessés", ["vingtaine de blessés = 18..22 جريح"]),
    ("Quatre-vingt-dix députés ont voté", ["Quatre-vingt-dix députés = 90 نائب"]),
    ("Le taux atteint 7,5 %", ["7,5 % = 7.5 percent %"]),
    ("Des milliers de manifestants", ["milliers de manifestants = 2000..∞ متظاهر"]),
    (
        "استلمت الشركة (20) طائرة بقيمة (7.18) مليار ريال",
        ["(20) طائرة = 20 طائره", "(7.18) مليار ريال = 7180000000 money riyal"],
    ),
    ("%24 من القروض للبنوك", ["%24 = 24 percent %"]),
    ("من جهة ثانية خسر الفريق", []),
    ("انتهى اللقاء بنتيجة 1-صفر", ["1-صفر = 1:0 score"]),
    ("مقاتلات إف- 16", []),
    (
        "القرارات 1696 و1737 و1803",
        ["القرارات 1696 = 1696 ordinal قرار", "1737 = 1737 ordinal قرار", "1803 = 1803 ordinal قرار"],
    ),
    ("تراوح السهم بين 43.50 ريالا و44.50", ["بين 43.50 ريالا و44.50 = 43.5..44.5 money riyal"]),
    ("غرامة ما بين 300 إلى 500 ريال", ["بين 300 إلى 500 ريال = 300..500 money riyal"]),
    ("انتظر أكثر من ساعة", ["أكثر من ساعة = 3600..∞ duration hour"]),
    ("عاد الجنود بعد ساعات", []),
    ("ونصف السكان بلا ماء", ["نصف السكان = 50 percent %"]),
    (
        "3,4 millions de dirhams et 6 millions d'euros",
        ["3,4 millions de dirhams = 3400000 money dirham", "6 millions d'euros = 6000000 money EUR"],
    ),
    ("Saint-Gall s'incline 2-1 face à Lausanne", ["2-1 = 2:1 score"]),
    ("a 10,000 Swiss franc fine", ["10,000 Swiss franc = 10000 money CHF"]),
    ("Five ancient gravestones were returned", ["Five ancient gravestones = 5 gravestones"]),
    ("15 hunting rifles were seized", ["15 hunting rifles = 15 سلاح"]),
    ("At least a dozen worshippers died", ["At least a dozen worshippers = 12..∞ worshippers/قتيل"]),
    ("Nearly a quarter of the ballots were counted", ["Nearly a quarter of the ballots = ~22.5..27.5 percent %"]),
    ("About a third of the voters stayed away", ["About a third of the voters = ~29.55..37.2166666667 percent %"]),
    ("More than fifty hepatitis cases", ["More than fifty hepatitis cases = 50..∞ حاله"]),
    ("ارتفع العدد إلى 2000", ["2000 = 2000"]),
    ("انتقل 2015 شخصا إلى المخيم", ["2015 شخصا = 2015 شخص"]),
    ("أيد النواب الـ231 القانون", ["النواب الـ231 = 231 نائب"]),
    ("تجاوز الـ40", ["تجاوز الـ40 = 40..∞"]),
    ("أُنقذ الـ15 شخصا", ["15 شخصا = 15 شخص/ناج"]),
    ("الذكرى الـ15 للثورة", ["الذكرى الـ15 = 15 ordinal ذكر"]),
    ("صعد المؤشر 3 في المئة إلى 98 درجة", ["3 في المئة = 3 percent %", "98 درجة = 98 درجه"]),
    ("تراوحت النسبة بين 9،8 بالمائة و0،4 بالمائة", ["بين 9،8 بالمائة و0،4 بالمائة = 0.4..9.8 percent %"]),
    ("بقيمة 03 مليون و324 ألف دينار", ["03 مليون و324 ألف دينار = 3324000 money dinar"]),
    ("عثروا على 04 قطع أثرية", ["04 قطع = 4 قطعه"]),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_quantities_as_news_writes_them(text: str, expected: list[str]) -> None:
    assert [describe(fact) for fact in read_quantities(text)] == expected


MEASURED = [
    # what a share, a price or a measure is of
    ("بلغت نسبة البطالة 15 %", "بطال"),
    ("تراجع سعر النفط إلى 60 دولارا", "نفط"),
    ("ضبطت الجمارك 20 كيلوغراما من الذهب", "ذهب"),
    ("35 % من الناخبين شاركوا", "ناخب"),
]


@pytest.mark.parametrize(("text", "noun"), MEASURED)
def test_a_measure_tells_what_it_is_of(text: str, noun: str) -> None:
    [fact] = read_quantities(text)
    assert isinstance(fact.value, Quantity)
    assert noun in fact.value.counted


SAME_IN_OTHER_LANGUAGES = [
    ("22 dead", "22 قتيلا"),
    ("22 people were killed", "مقتل 22 شخصا"),
    ("15 soldiers wounded", "إصابة 15 جنديا"),
    ("40 blessés", "40 جريحا"),
    ("3 enfants tués", "مقتل 3 أطفال"),
    ("7 arrested", "7 موقوفين"),
]


@pytest.mark.parametrize(("foreign", "arabic"), SAME_IN_OTHER_LANGUAGES)
def test_claims_in_other_languages_count_the_same(foreign: str, arabic: str) -> None:
    [one], [two] = read_quantities(foreign), read_quantities(arabic)
    assert one.value == two.value


SYSTEMS = [("٤٠ قتيلا", "40 قتيلا"), ("۴۰ قتيلا", "40 قتيلا"), ("١١ ألفاً و٤٧٠", "11 ألفاً و470"), ("٢٫٥ ٪", "2.5 %")]


@pytest.mark.parametrize(("one", "two"), SYSTEMS)
def test_digits_of_three_systems_are_one(one: str, two: str) -> None:
    assert [fact.value for fact in read_quantities(one)] == [fact.value for fact in read_quantities(two)]


SALAD = "قتل 22 شخصا و 5 من ألف مليون نحو أكثر ثلاثة 2015 - / % دينار كلم الثالث نصف و470 سنة ( ) . بين إلى ـ 1,5"


@given(st.lists(st.sampled_from(SALAD.split()), max_size=14).map(" ".join))
def test_spans_are_slices_in_order_and_apart(text: str) -> None:
    facts = read_quantities(text)
    for fact in facts:
        assert fact.text == fact.span.of(text) != ""
        assert isinstance(fact.value, Quantity)
        assert fact.value.low is None or fact.value.high is None or fact.value.low <= fact.value.high
    for one, two in pairwise(facts):
        assert one.span.end <= two.span.start


@given(st.lists(st.sampled_from((SALAD + " سنة الساعة السبت الماضي الأول اليوم").split()), max_size=14).map(" ".join))
def test_quantities_and_periods_share_no_words(text: str) -> None:
    periods = read_periods(text)
    assert not any(one.span.overlaps(two.span) for one in read_quantities(text) for two in periods)


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    for fact in read_quantities(text):
        assert fact.text == fact.span.of(text)


@given(st.integers(min_value=2, max_value=10**9))
def test_digits_read_back_however_they_are_grouped(number: int) -> None:
    for written in (f"{number} قتيلا", f"{number:,} قتيلا", f"{number:,}".replace(",", ".") + " قتيلا"):
        if re.fullmatch(r"0?\d{1,12} .*|[\d.,]+ .*", written):
            [fact] = read_quantities(written)
            assert isinstance(fact.value, Quantity)
            assert (fact.value.low, fact.value.high) == (number, number)


@pytest.mark.timeout(60)
def test_a_long_text_takes_linear_time() -> None:
    words = random.Random(5).choices(SALAD.split(), k=60_000)
    assert read_quantities(" ".join(words))
