"""The steps of training that need no torch, and one tiny run of those that do (skipped where torch is missing)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, trainers

from service.judgement.training.blend import blend
from service.judgement.training.copies import cross, reword, rows_of_sentence
from service.judgement.training.edits import edit_number, edit_word, nearby_numbers
from service.judgement.training.pack import changes, read_pieces, write_pieces
from service.judgement.training.quantise import (
    BLOCK,
    from_four_bits,
    pack_nibbles,
    to_eight_bits,
    to_four_bits,
    unpack_nibbles,
)
from service.judgement.training.rows import (
    AGREES,
    CONFLICTS,
    HELD,
    MENTIONS,
    Row,
    chance,
    read_day,
    vary_context,
    vary_spelling,
    written_cluster_rows,
    written_rows,
)
from service.judgement.training.vocabulary import cut, merge_path, share_equal

TEXTS = ["زار الرئيس العاصمة", "الرئيس زار العواصم", "قال الوزير إن الزيارة ناجحة", "president visited the capital"] * 5


def test_four_bits_lose_little() -> None:
    matrix = np.random.default_rng(1).standard_normal((16, 4 * BLOCK)).astype(np.float32)
    again = from_four_bits(*to_four_bits(matrix))
    assert np.linalg.norm(again - matrix) / np.linalg.norm(matrix) < 0.1
    assert np.array_equal(from_four_bits(*to_four_bits(again)), again), "rounding twice is rounding once"


@given(st.lists(st.integers(-8, 7), min_size=2, max_size=64).filter(lambda v: len(v) % 2 == 0))
def test_nibbles_come_back(values: list[int]) -> None:
    row = np.array([values], np.int8)
    assert np.array_equal(unpack_nibbles(pack_nibbles(row)), row)


@pytest.mark.parametrize("top", [63, 127])
def test_eight_bits_stay_within_the_top(top: int) -> None:
    matrix = np.random.default_rng(2).standard_normal((8, 64)).astype(np.float32)
    values, scales = to_eight_bits(matrix, top=top)
    assert np.abs(values).max() == top
    assert np.abs(values * scales[:, None] - matrix).max() <= scales.max() / 2 + 1e-6


def bpe() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    trainer = trainers.BpeTrainer(vocab_size=120, special_tokens=["<pad>", "<eos>", "<bos>", "<unk>"])
    tokenizer.train_from_iterator(TEXTS, trainer)
    return tokenizer


def test_a_cut_vocabulary_segments_equally() -> None:
    whole = bpe()
    kept_texts = TEXTS[:2]
    wanted = {t for text in kept_texts for t in whole.encode(text).tokens}
    spec = json.loads(whole.to_str())
    kept = cut(spec, wanted)
    small = Tokenizer.from_str(json.dumps(spec))
    assert len(kept) < whole.get_vocab_size()
    assert share_equal(whole, small, kept, kept_texts) == (2, 2, 2)
    assert small.id_to_token(small.token_to_id("<eos>")) == "<eos>"


def test_merge_path_holds_what_leads_to_a_token() -> None:
    ranks = {("ا", "ل"): 0, ("ال", "ب"): 1, ("ب", "ن"): 2}
    assert merge_path("البن", ranks) == {"ا", "ل", "ب", "ن", "ال", "الب"}


def row(claim: str, passage: str) -> Row:
    return Row("news", claim, passage, 0, passage)


@pytest.mark.parametrize(
    ("claim", "passage"), [("قتل 26 شخصا", "مقتل 26 في الحادث"), ("افتتح 4 مدارس عام 2015", "4 مدارس جديدة")]
)
def test_an_edited_number_is_another_one(claim: str, passage: str) -> None:
    edited = edit_number(row(claim, passage))
    assert edited is not None
    assert edited.label == 1
    assert edited.claim != claim
    assert edited.passage == passage


@pytest.mark.parametrize(
    ("claim", "passage"), [("قتل 26 شخصا", "مقتل عشرات"), ("نما 2.5 بالمئة", "نما 2.5 بالمئة"), ("بلا عدد", "3 أيام")]
)
def test_only_a_shared_whole_number_is_edited(claim: str, passage: str) -> None:
    assert edit_number(row(claim, passage)) is None


def test_an_edited_word_comes_from_the_list_and_not_from_the_passage() -> None:
    months = ["يناير", "فبراير", "مارس"]
    edited = edit_word(row("وقع الحادث في يناير", "شهد يناير حادثا ثم هدأ الوضع في مارس"), months, kind="month")
    assert edited is not None
    assert "فبراير" in edited.claim


@given(st.integers(1, 9_999_999))
def test_nearby_numbers_differ(number: int) -> None:
    assert str(number) not in nearby_numbers(number)
    assert nearby_numbers(number)


def test_chance_is_the_same_everywhere() -> None:
    assert chance("fold", "نص") == pytest.approx(chance("fold", "نص"))
    assert 0.4 < np.mean([chance(i) for i in range(500)]) < 0.6


@pytest.mark.parametrize(
    ("text", "day"), [("2017-01-25T10:00", "2017-01-25"), ("05/04/2017", "2017-04-05"), ("", "None"), (None, "None")]
)
def test_read_day(text: str | None, day: str) -> None:
    assert str(read_day(text)) == day


def test_written_rows_are_balanced_and_say_what_they_are() -> None:
    rows = list(written_rows())
    shares = [sum(row.label == label for row in rows) / len(rows) for label in range(3)]
    assert len(rows) > 13_000
    assert all(0.2 < share < 0.42 for share in shares), shares
    assert all(row.kind for row in rows if row.label == CONFLICTS), "a conflict says of which kind it is"
    assert all(row.title and row.passage for row in rows)
    assert sum(row.published is not None for row in rows) > 0.98 * len(rows), "pages alone may be without a day"
    per_passage = Counter((row.group, row.claim) for row in rows)
    assert max(per_passage.values()) == 1


def test_held_rows_are_of_other_passages() -> None:
    held = list(written_rows(HELD))
    assert len(held) > 1500
    trained = list(written_rows())
    assert not {row.group for row in held} & {row.group for row in trained}
    assert not {row.passage for row in held} & {row.passage for row in trained}


def test_written_clusters_flag_every_passage() -> None:
    rows = list(written_cluster_rows())
    assert Counter(Counter(row.group for row in rows).values()) == {30: 23}
    assert all(row.kind for row in rows if row.label == CONFLICTS)


def test_weights_travel_in_pieces(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    rounded, scales = to_eight_bits(rng.standard_normal((64, 2 * BLOCK)).astype(np.float32), top=63)
    table = from_four_bits(*to_four_bits(rng.standard_normal((40, BLOCK)).astype(np.float32)))
    start = {
        "body.layers.0.q_proj.weight": rounded * scales[:, None],
        "body.embed_tokens.weight": table,
        "dense.bias": rng.standard_normal(7).astype(np.float16).astype(np.float32),
        "out.weight": rng.standard_normal((3, 7)).astype(np.float16).astype(np.float32),
    }
    pieces = write_pieces(start, tmp_path / "whole", bits=8, most=3000)
    again = read_pieces(tmp_path / "whole")
    assert len(pieces) > 1
    assert again.keys() == start.keys()
    for name, values in start.items():
        np.testing.assert_allclose(again[name], values, rtol=1e-6, err_msg=name)
    tuned = {
        name: values + 0.01 * rng.standard_normal(values.shape).astype(np.float32) for name, values in start.items()
    }
    write_pieces(changes(start, tuned), tmp_path / "delta", bits=4, most=3000)
    changed = read_pieces(tmp_path / "delta")
    assert "body.embed_tokens.weight" not in changed
    name = "body.layers.0.q_proj.weight"
    wanted = tuned[name] - start[name]
    assert np.linalg.norm(changed[name] - wanted) / np.linalg.norm(wanted) < 0.12


def test_some_texts_are_spelt_hastily() -> None:
    rows = [Row("news", f"أعلن النادي {i} نتيجة", "إلى اللقاء في المدينة", 0, "g") for i in range(300)]
    claims = Counter(vary_spelling(row).claim.replace(row.claim.split()[2], "N") for row in rows)
    assert claims["أعلن النادي N نتيجة"] > 200
    assert claims["اعلن النادي N نتيجة"] > 8
    assert claims["أعلن النادى N نتيجة"] > 8
    assert claims["أعلن النادي N نتيجه"] > 8


SENTENCES = [
    "أكد أن وزارة الداخلية ستنشر 40 عونا إضافيا في محيط الملعب يوم الأحد القادم خلال المباراة النهائية.",
    "وستفتح الأبواب للجماهير قبل ثلاث ساعات كاملة من ضربة البداية حسب ما جاء في بلاغ الجامعة الرياضية.",
    "وكان الفريقان التقيا في الموسم الماضي بمدينة صفاقس في لقاء انتهى بالتعادل دون أهداف بين الطرفين.",
]


def test_copies_share_their_words_whatever_the_flag() -> None:
    words = {"weekday": ["الأحد", "السبت"], "month": ["ماي"], "place": ["تونس"]}
    made = list(rows_of_sentence(SENTENCES, 0, published=None, title="", word_lists=words))
    agrees, conflicts, mentions = made
    assert [row.label for row in made] == [AGREES, CONFLICTS, MENTIONS]
    assert len({*agrees.claim.split()} & {*conflicts.claim.split()}) > 10
    assert conflicts.claim != agrees.claim
    assert conflicts.passage == agrees.passage
    assert SENTENCES[0] not in mentions.passage
    assert SENTENCES[2] in mentions.passage
    again = list(rows_of_sentence(SENTENCES, 0, published=None, title="", word_lists=words))
    assert made == again, "every run makes the same rows"


@pytest.mark.parametrize(
    ("text", "held"),
    [("قتل مسلحو داعش", "الدولة الإسلامية"), ("في 5 فيفري", "خمسة"), ("انخفض بنسبة 1.5 في المئة", "1.5")],
)
def test_a_reworded_sentence_says_the_same(text: str, held: str) -> None:
    told = reword(text, share=1.0)
    assert held in told
    assert reword(text, share=0.0) == text


def test_a_crossed_word_must_stand_in_the_passage() -> None:
    row = Row("copies", "أعلن أن الأسعار ارتفعت", "ارتفعت الأسعار في السوق", AGREES, "g")
    crossed = cross(row)
    assert crossed is not None
    assert crossed.claim == "أعلن أن الأسعار انخفضت"
    assert crossed.label == CONFLICTS
    assert cross(Row("copies", "ارتفعت الأسعار", "غلت الأسعار", AGREES, "g")) is None


def test_runs_that_hold_other_weights_are_not_averaged() -> None:
    with pytest.raises(ValueError, match="extra"):
        blend([({"same": np.ones(2)}, 1), ({"same": np.ones(2), "extra": np.ones(2)}, 1)])


def test_context_varies_but_the_pair_stays() -> None:
    rows = [Row("news", f"ادعاء {i}", "نص", 0, "نص", read_day("2017-01-25"), "عنوان") for i in range(200)]
    varied = [vary_context(r) for r in rows]
    assert {(r.claim, r.passage, r.label) for r in rows} == {(r.claim, r.passage, r.label) for r in varied}
    assert 20 < sum(r.published is None for r in varied) < 80
    assert 50 < sum(r.title == "" for r in varied) < 170


def test_a_tiny_model_trains_resumes_and_exports(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the training extra is not installed")
    import subprocess
    import sys

    import onnxruntime

    script = Path(__file__).with_name("tiny_training.py")
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, timeout=250)
    session = onnxruntime.InferenceSession(str(tmp_path / "out/model.onnx"), providers=["CPUExecutionProvider"])
    pair = np.array([[2, 7, 8, 1, 9, 10, 1, 0]]), np.array([[1, 1, 1, 1, 1, 1, 1, 0]])
    (logits,) = session.run(["logits"], {"ids": pair[0], "mask": pair[1]})
    expected = np.load(tmp_path / "expected.npy")
    assert np.abs(logits - expected).max() < 0.1 * max(1, np.abs(expected).max())
