"""Texts of every kind that may reach the analysis: news, every Arabic block, marks, mixed scripts, emoji, long runs."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

WORDS = (
    "قال الرئيس إلى أن والمدينة بالقاهرة كالبحر فالناس للدولة وسيصلون "
    "كتابها معلمون مدرسة مَدْرَسَةٌ الـــقاهرة ـــ لا لم لن غير وللمزيد "
    "والمعلمين بيوتهن سياراتهم مسلمات لاعبيه وفي وان بأنّ هٰذا ٱلرحمن شيءٌ "
    "سؤال مسئول ۀ ﻻ ﷲ ﷺ ﷻ ﷼ ﺍﻟﻘﺎﻫﺮﺓ ﳌﺎﺫﺍ کتاب می\u200cخواهم پنج چای گاز یک "
    "ہے ٹیم U.S. don't l'été e\u0301te\u0301 A\u030a й и\u0306 3.14 1,500 "
    "76.000 ١٬٢٣٤٫٥ ۱۲۳ ٢٠٢٣ 5ر2 21:15 2023-09-26 a_b _x_ __ "
    "القاهرة_الدولي #ليبيا @isnad www.example.com أ.ف.ب. د. 50% ٪٥٠ "
    "İstanbul ΣΑΣ straße ǅ Ⓜ\ufe0fx 👨\u200d👩\u200d👧 👍🏽 🇪🇬 1\ufe0f\u20e3 "
    "#\ufe0f\u20e3 ❤\ufe0f ℹ\ufe0f 🏴\U000e0067\U000e0062\U000e007f 𝟓𝟔 ＡＢ１２ "
    "צה\"ל ז'בוטינסקי שלום 東京 ひらがな カタカナ 한국어 ไทย မြန်မာ "
    "\U00010330\U00010331 \U0001ee00\U0001ee01 و\u0654 ى\u0654 ه\u0654 "
    "\u200f \u202bحفتر\u202c بوتين\u200f \ufeff \u00ad \x00"
)
GLUE = ("", "", " ", "،", ".", "'", '"', "_", "\u200c", "-", "\n")
BLOCKS = (
    *((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x89F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)),  # Arabic
    *((0x10EC0, 0x10EFF), (0x10E60, 0x10E7F), (0x1EC70, 0x1ECBF), (0x1ED00, 0x1ED4F), (0x1EE00, 0x1EEFF)),  # Arabic
    *((0x20, 0x7E), (0x80, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x5FF), (0x700, 0x7BF), (0xE00, 0xE7F)),
    *((0x2000, 0x206F), (0x3000, 0x30FF), (0xFF00, 0xFFEF), (0x1D7C0, 0x1D7FF), (0x1F000, 0x1FAFF), (0xE0000, 0xE007F)),
)
JOINTS = (
    "'\".,:;_·‧․’‘٫٬،؛؟ \u200c\u200d\ufe0f\ufe0e\u20e3#*0129🇦🇧🏻😀"
    "ℹⓂאב\u0640\u0651\u0654آلوهيبaZéアぁ漢ก\U000e0061\U000e007f"
)
RUNS = ("ا", "ل", "_", "😀", "a", "\U00010330", "\u0651", ".", "1", "\u200d")


def vary_texts(count: int, *, seed: int) -> Iterator[str]:
    """Make `count` texts without surrogates; the same for the same seed."""
    random = Random(seed)
    makers = (_words, _words, _glued_words, _glued_words, _characters, _characters, _joints, _joints, _anything, _runs)
    for number in range(count):
        yield makers[number % len(makers)](random)


def _words(random: Random) -> str:
    return " ".join(random.choices(WORDS.split(" "), k=random.randint(1, 30)))


def _glued_words(random: Random) -> str:
    words = WORDS.split(" ")
    return "".join(random.choice(words) + random.choice(GLUE) for _ in range(random.randint(1, 30)))


def _characters(random: Random) -> str:
    return "".join(chr(random.randint(*random.choice(BLOCKS))) for _ in range(random.randint(1, 60)))


def _joints(random: Random) -> str:
    return "".join(random.choices(JOINTS, k=random.randint(1, 40)))


def _anything(random: Random) -> str:
    codes = (random.randrange(0x110000) for _ in range(60))
    return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000)


def _runs(random: Random) -> str:
    return "".join(random.choice(RUNS) * random.choice((1, 1, 1, 50, 127, 128, 254)) for _ in range(8))
