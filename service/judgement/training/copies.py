"""Claims in the words of an article: told nearly word for word, changed in one thing, or not in these lines.

A model that learned on minimal edits alone takes every near copy with one strange word for a conflict. Here all three
flags share the words of the passage. From the corpus articles comes a sentence as claim, told with other words where
they mean the same («تنظيم الدولة الإسلامية» for «داعش», a month by its other name, 3 as «ثلاثة», a trailing clause left
out), and

- beside the sentences it stands in, it agrees;
- with one number, month, weekday, country, direction or «أكد أن»/«نفى أن» changed, it conflicts;
- beside other sentences of the same article, which do not hold it, it is only mentioned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from service.arabic.sentences import split_sentences
from service.judgement.entail import WEEKDAYS
from service.judgement.training.edits import edit_number, edit_word, pick
from service.judgement.training.rows import AGREES, CONFLICTS, MENTIONS, Row, chance, read_day, read_lines

FEWEST, MOST = 8, 34  # words of a sentence that becomes a claim
SAID_TOO = 0.5  # share of a claim's words from which other sentences may say the same
SAME = (
    ("تنظيم الدولة الإسلامية", "داعش", "تنظيم داعش", "تنظيم \"داعش\" الإرهابي"),
    ("الولايات المتحدة الأمريكية", "الولايات المتحدة", "أمريكا"), ("الأمريكي", "الأميركي"), ("الأمريكية", "الأميركية"),
    ("رئيس الحكومة", "رئيس الوزراء"), ("رئيس الجمهورية", "الرئيس"), ("وزارة الداخلية", "الداخلية"),
    ("وزارة الصحة", "الصحة"), ("لقي حتفه", "توفي", "لقي مصرعه"), ("لقوا حتفهم", "ماتوا", "لقوا مصرعهم"),
    ("أصيب", "جرح"), ("إصابة", "جرح"), ("القبض على", "إيقاف", "توقيف"), ("تم إيقاف", "أوقف", "جرى توقيف"),
    ("جراء", "بسبب", "من جراء"), ("إثر", "عقب", "بعد"), ("نحو", "حوالي", "قرابة"), ("أكثر من", "ما يفوق"),
    ("ما لا يقل عن", "على الأقل"), ("أعلن", "أفاد", "كشف"), ("أعلنت", "أفادت", "كشفت"), ("أكد", "قال", "ذكر"),
    ("أكدت", "قالت", "ذكرت"), ("اليوم", "هذا اليوم"), ("أمس", "يوم أمس"), ("بهدف", "من أجل", "قصد"), ("كما", "وكذلك"),
    ("من المنتظر", "من المتوقع", "من المرتقب"), ("مباحثات", "محادثات"), ("اجتماع", "لقاء"), ("سيارة", "عربة"),
    ("مشيرا إلى", "لافتا إلى", "منوها إلى"), ("وفق", "حسب", "بحسب"), ("جانفي", "يناير", "كانون الثاني"),
    ("فيفري", "فبراير", "شباط"), ("أفريل", "أبريل", "نيسان"), ("ماي", "مايو", "أيار"), ("جوان", "يونيو", "حزيران"),
    ("جويلية", "يوليو", "تموز"), ("أوت", "أغسطس", "آب"), ("سبتمبر", "أيلول"), ("أكتوبر", "تشرين الأول"),
    ("نوفمبر", "تشرين الثاني"), ("ديسمبر", "كانون الأول"), ("مارس", "آذار"),
    ("3", "ثلاثة"), ("4", "أربعة"), ("5", "خمسة"), ("6", "ستة"), ("7", "سبعة"), ("8", "ثمانية"), ("9", "تسعة"),
    ("10", "عشرة"), ("بالمائة", "في المئة", "%"), ("مليون دينار", "مليون د"), ("سوريا", "سورية"),
    ("أردوغان", "إردوغان"), ("ترامب", "ترمب"), ("بوتين", "بوتن"), ("نتنياهو", "نتانياهو"), ("غوتيريس", "غوتيريش"),
    *((f"اليوم {day}", f"يوم {day}", day) for day in WEEKDAYS), *((f"أمس {day}", f"يوم {day}") for day in WEEKDAYS),
)  # fmt: skip
"""Forms that stand for one another in the news of the corpus, for the reading of a fact."""
CROSSED = (
    ("أكد أن", "نفى أن"), ("أكدت أن", "نفت أن"), ("أعلن أن", "نفى أن"), ("أعلنت أن", "نفت أن"), ("ارتفاع", "انخفاض"),
    ("ارتفع", "انخفض"), ("ارتفعت", "انخفضت"), ("تحسن", "تراجع"), ("زيادة", "نقص"), ("فوز", "هزيمة"), ("فاز", "انهزم"),
    ("شمال", "جنوب"), ("شرق", "غرب"), ("قبل", "بعد"), ("داخل", "خارج"), ("فتح", "غلق"), ("قبول", "رفض"),
    ("نجاح", "فشل"), ("تأجيل", "تقديم"), ("استيراد", "تصدير"), ("واردات", "صادرات"), ("أول", "آخر"), ("مغادرة", "وصول"),
    ("تعيين", "إقالة"), ("إيقاف", "إطلاق سراح"), ("بداية", "نهاية"), ("الدورة الأولى", "الدورة الثانية"),
    ("ذهابا", "إيابا"), ("صباحا", "مساء"), ("صباح", "مساء"), ("رجلا", "امرأة"), ("سيتم", "لن يتم"), ("تم", "لم يتم"),
    ("سيكون", "لن يكون"), ("يمكن", "لا يمكن"), ("شارك", "لم يشارك"), ("وافق", "رفض"), ("وافقت", "رفضت"),
)  # fmt: skip
"""Pairs of which one contradicts the other; either may stand in the text. Not those of words/opposites.tsv, which are
stems to compare: here a sentence must stay one, so both are of one form."""
TRAILING = re.compile(r"(?:،|,)?\s(?:وذلك|مشيرا|مشيرة|مضيفا|مضيفة|مؤكدا|مؤكدة|مبينا|موضحا|لافتا|حيث|فيما|علما)\s")
NOISE = ("«{}»", '"{}"', "#{}")


def find_word(form: str, text: str) -> re.Match[str] | None:
    """Find a form as whole words."""
    return re.search(rf"(?<![\w.,]){re.escape(form)}(?![\w]|[.,]\d)", text)


def reword(text: str, *, share: float) -> str:
    """Tell a sentence with some of `SAME` exchanged, perhaps without its trailing clause; every time alike."""
    cut = TRAILING.search(text)
    if cut and len(text[: cut.start()].split()) >= FEWEST and chance("cut", text) < share:
        text = text[: cut.start()]
    told = text
    for forms in SAME:
        for form in forms:
            found, others = find_word(form, told), [f for f in forms if form not in f]
            if found and others and chance("same", form, text) < share:
                told = told[: found.start()] + pick(others, "other", form, text) + told[found.end() :]
                break
    if chance("noise", text) < share / 3:
        words = told.split()
        place = int(chance("place", text) * len(words))
        words[place] = pick(NOISE, "sign", text).format(words[place])
        told = " ".join(words)
    return told.rstrip(" .،") if chance("stop", text) < 0.5 else told


def cross(row: Row) -> Row | None:
    """Exchange one word of `CROSSED` that claim and passage share for its other side."""
    sides = [side for pair in CROSSED for side in (pair, pair[::-1])]
    shared = [side for side in sides if find_word(side[0], row.claim) and find_word(side[0], row.passage)]
    if not shared:
        return None
    old, new = shared[int(chance("side", row.claim) * len(shared))]
    found = find_word(old, row.claim)
    assert found is not None
    return replace(
        row, claim=row.claim[: found.start()] + new + row.claim[found.end() :], label=CONFLICTS, kind="cross"
    )


def copy_rows(path: Path, word_lists: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Yield up to three rows for each article of the ANT corpus: an agreement, a conflict, a mention."""
    for article in read_lines(path):
        text = article["text"]
        sentences = [text[s.start : s.end].strip() for s in split_sentences(text)]
        fitting = [i for i, s in enumerate(sentences) if FEWEST <= len(s.split()) <= MOST]
        if len(sentences) < 2 or not fitting:
            continue
        chosen = fitting[int(chance("sentence", text) * len(fitting))]
        yield from rows_of_sentence(sentences, chosen, published=read_day(article["time"]), title=article["title"],
                                    word_lists=word_lists)  # fmt: skip


def rows_of_sentence(sentences: Sequence[str], chosen: int, *, published: date | None, title: str,
                     word_lists: Mapping[str, Sequence[str]]) -> Iterator[Row]:  # fmt: skip
    """Yield the rows that one sentence of an article makes."""
    sentence = sentences[chosen]
    first = max(0, chosen - int(chance("before", sentence) * 2))
    passage = " ".join(sentences[first : first + 2])
    share = 0.0 if chance("verbatim", sentence) < 0.15 else 0.7
    if chance("which side", sentence) < 0.5:
        claim = reword(sentence, share=share)
    else:
        claim, passage = sentence, passage.replace(sentence, reword(sentence, share=share))
    row = Row("copies", claim, passage, AGREES, sentence, published, title, "copy")
    yield row
    edits = [edit_number(row), cross(row), *(edit_word(row, words, kind=kind) for kind, words in word_lists.items())]
    found = [edit for edit in edits if edit is not None]
    if found:
        yield replace(found[int(chance("edit", sentence) * len(found))], source="copies")
    others = [s for i, s in enumerate(sentences) if i != chosen and len(s.split()) >= FEWEST]
    rest = " ".join(others[:2] if chance("rest", sentence) < 0.6 else others[-2:])
    words = set(sentence.split())
    if rest and len(words & set(f"{rest} {title}".split())) < SAID_TOO * len(words):
        yield replace(row, claim=sentence if share else claim, passage=rest, label=MENTIONS, kind="elsewhere")
