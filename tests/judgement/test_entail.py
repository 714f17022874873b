"""The neural model's edge, on a tiny ONNX model that the test makes: its logits are counts one can foresee."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from service.errors import JudgeUnavailable
from service.judgement.entail import (
    BATCH_TOKENS,
    EntailmentModel,
    batches,
    join_passage,
    prepare,
    write_passage,
)
from service.model import JudgedText

WORDS = ["<pad>", "<bos>", "<eos>", "<unk>", "نعم", "لا", "ربما"]
YES, NO = WORDS.index("نعم"), WORDS.index("لا")


def write_model(folder: Path, *, inputs: tuple[str, str] = ("ids", "mask"), types: str = "", **form: object) -> Path:
    """A model whose logits are (count of «نعم», count of «لا», 1) over the pair."""
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.zeros((len(WORDS), 3), np.float32)
    table[YES, 0], table[NO, 1] = 1, 1
    nodes = [
        helper.make_node("Gather", ["table", inputs[0]], ["rows"]),
        helper.make_node("Cast", [inputs[1]], ["weights"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["weights", "axis"], ["wide"]),
        helper.make_node("Mul", ["rows", "wide"], ["real"]),
        helper.make_node("ReduceSum", ["real", "middle"], ["sums"], keepdims=0),
        helper.make_node("Add", ["sums", "third"], ["logits"]),
    ]
    weights = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([2]), "axis"),
        numpy_helper.from_array(np.array([1]), "middle"),
        numpy_helper.from_array(np.array([[0, 0, 1]], np.float32), "third"),
    ]
    names = [*inputs, *([types] if types else [])]
    takes = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"]) for n in names]
    gives = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])]
    if types:  # a graph must use what it takes
        nodes.append(helper.make_node("Identity", [types], ["seen"]))
        gives.append(helper.make_tensor_value_info("seen", TensorProto.INT64, ["batch", "length"]))
    graph = helper.make_graph(nodes, "tiny", takes, gives, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, folder / "model.onnx")
    (folder / "model.json").write_text(json.dumps({"name": "tiny"} | form))
    return folder


def test_scores_come_back_in_the_order_of_the_pairs(tmp_path: Path) -> None:
    model = EntailmentModel(write_model(tmp_path / "m"), threads=1)
    scores = model.score([("نعم نعم نعم", "نعم"), ("لا", "لا لا لا لا"), ("كلمة", "أخرى"), ("نعم نعم نعم", "نعم")])
    assert [max(("agrees", "conflicts", "mentions"), key=lambda f: getattr(s, f)) for s in scores] == [
        "agrees",
        "conflicts",
        "mentions",
        "agrees",
    ]
    assert scores[0] == scores[3]
    for s in scores:
        assert s.agrees + s.conflicts + s.mentions == pytest.approx(1)


def test_padding_does_not_change_a_score(tmp_path: Path) -> None:
    model = EntailmentModel(write_model(tmp_path / "m"))
    (alone,) = model.score([("نعم", "لا")])
    beside = model.score([("نعم", "لا"), ("نعم " * 50, "لا " * 200)])
    assert beside[0].agrees == pytest.approx(alone.agrees)


def test_a_foreign_model_with_other_names_order_and_labels(tmp_path: Path) -> None:
    folder = write_model(
        tmp_path / "m", inputs=("input_ids", "attention_mask"), types="token_type_ids", ids="input_ids",
        mask="attention_mask", labels=["conflicts", "mentions", "agrees"], sides="passage_first", temperature=0.5,
    )  # fmt: skip
    form = json.loads((folder / "model.json").read_text()) | {"types": "token_type_ids"}
    (folder / "model.json").write_text(json.dumps(form))
    (score,) = EntailmentModel(folder).score([("نعم نعم نعم", "نعم")])
    assert score.conflicts == pytest.approx(np.exp(8) / (np.exp(8) + 1 + np.exp(2)), rel=1e-4)


def test_sides_are_cut_to_their_limits(tmp_path: Path) -> None:
    model = EntailmentModel(write_model(tmp_path / "m", claim_tokens=1, passage_tokens=2))
    assert model.score([("نعم نعم نعم", "لا لا لا لا")]) == model.score([("نعم", "لا لا")])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read"),
        ('{"labels": ["agrees", "conflicts"]}', "labels must be"),
        ('{"nmae": "x", "sdies": 1}', "unknown nmae, sdies"),
    ],
)
def test_a_bad_model_json_is_named(tmp_path: Path, content: str, message: str) -> None:
    folder = write_model(tmp_path / "m")
    (folder / "model.json").write_text(content)
    with pytest.raises(JudgeUnavailable, match=message):
        EntailmentModel(folder)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_missing_files_are_an_unavailable_judge(tmp_path: Path, missing: str) -> None:
    folder = write_model(tmp_path / "m")
    (folder / missing).unlink()
    with pytest.raises(JudgeUnavailable, match="cannot be loaded"):
        EntailmentModel(folder).score([("نعم", "لا")])


def test_no_special_token_is_an_unavailable_judge(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m", open=["<s>"])
    with pytest.raises(JudgeUnavailable, match="<s>"):
        EntailmentModel(folder).score([("نعم", "لا")])


def test_threads_share_one_model(tmp_path: Path) -> None:
    model = EntailmentModel(write_model(tmp_path / "m"), threads=1)
    pairs = [[("نعم " * (n + 1), "لا " * (8 - n))] * 40 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(model.score, pairs))
        sessions = {id(loaded.result()[0]) for loaded in [pool.submit(model.load) for _ in range(8)]}
    assert together == [model.score(each) for each in pairs]
    assert len(sessions) == 1


def test_no_pairs_load_nothing(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    (folder / "model.onnx").unlink()
    assert EntailmentModel(folder).score([]) == []


def test_batches_hold_every_row_once_within_the_limit() -> None:
    lengths = (5, BATCH_TOKENS // 4, 30, 30, BATCH_TOKENS - 90, 2 * BATCH_TOKENS, 1)
    rows = [([1] * length, 0) for length in lengths]
    made = list(batches(rows))
    assert sorted(i for batch in made for i in batch) == list(range(len(rows)))
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(len(rows[i][0]) for i in batch) <= BATCH_TOKENS


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("قُتِلَ ١٢ شخصًا", "قتل 12 شخصا"),
        ("الجيـــش\u200f  ۱۲٪", "الجيش 12٪"),
        ("ﷲ ﻻ", "الله لا"),
        ("سطر\nآخر\ttab", "سطر آخر tab"),
    ],
)
def test_prepare(text: str, read: str) -> None:
    assert prepare(text) == read
    assert prepare(read) == read


def test_join_passage_names_day_title_and_sentence_before() -> None:
    assert (
        join_passage("وصل أمس.", published=date(2023, 9, 26), title="زيارة", context="أعلن المتحدث.")
        == "2023-09-26 الثلاثاء | زيارة | أعلن المتحدث. وصل أمس."
    )
    assert join_passage("وصل أمس.") == "وصل أمس."


@pytest.mark.parametrize(
    ("passage", "leans"),
    [
        ("وهو أول لقاء بينهما.", True),
        ("هذه الزيارة هي الثانية.", True),
        ("وأضاف أن المحادثات تناولت النفط.", True),
        ("«وتابع» قائلا إن الأمر انتهى.", True),
        ("هؤلاء وصلوا أمس.", True),
        ("وصل الوزير إلى العاصمة.", False),
        ("هادي وصل أمس.", False),
        ("…", False),
        ("", False),
    ],
)
def test_only_a_passage_that_leans_on_it_is_read_with_the_sentence_before(passage: str, leans: bool) -> None:
    written = write_passage(JudgedText(passage, context="أعلن المتحدث."))
    assert ("أعلن المتحدث." in written) is leans
