"""The shipped embedder on sentences of our own: claims in three languages find the Arabic passage about them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from service.errors import ModelUnavailable
from service.index.embedded_vectors import WIDTH as ROW_WIDTH
from service.neural.embedder import CLAIM_TOKENS, PASSAGE_TOKENS, WIDTH, Embedder, has_embedder
from service.wiring import WEIGHTS

SHIPPED = WEIGHTS / "small"

PASSAGES = {
    "quake": "ضربت هزة أرضية بقوة خمس درجات سواحل الجزيرة فجر الأحد، ولم تسجل إصابات.",
    "wheat": "ارتفعت أسعار القمح في الأسواق العالمية بعد موجة جفاف أصابت السهول الشمالية.",
    "bridge": "افتتح وزير النقل جسرا جديدا فوق النهر يربط ضفتي العاصمة.",
    "striker": "سجل المهاجم الشاب هدفين وقاد فريقه إلى نهائي الكأس.",
    "fire": "أخمد رجال الإطفاء حريقا كبيرا في مستودع للأخشاب غرب المدينة.",
    "strike": "بدأ الأطباء إضرابا عن العمل في المستشفيات العامة مطالبين بزيادة الأجور.",
    "minister": "قدم رئيس الوزراء استقالته إلى الملك بعد أشهر من الاحتجاجات.",
    "vaccine": "وصلت أول شحنة من اللقاحات إلى مطار العاصمة مساء أمس.",
    "talks": "اتفق البلدان على استئناف المحادثات بشأن ترسيم الحدود البحرية.",
    "school": "أغلقت المدارس أبوابها ليومين بسبب العواصف الرملية.",
}


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(SHIPPED)


@pytest.fixture(scope="module")
def vectors(embedder: Embedder) -> np.ndarray:  # type: ignore[type-arg]
    return np.stack([embedder.embed_passage(text) for text in PASSAGES.values()])


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("زلزال يهز الجزيرة دون ضحايا", "quake"),
        ("An earthquake struck off the island on Sunday without casualties", "quake"),
        ("Un séisme a frappé les côtes de l'île, sans faire de blessés", "quake"),
        ("غلاء الحبوب عالميا بفعل قلة الأمطار", "wheat"),
        ("Drought pushes up world wheat prices", "wheat"),
        ("La sécheresse fait monter le prix du blé", "wheat"),
        ("The transport minister opened a new bridge in the capital", "bridge"),
        ("Le ministre des Transports inaugure un pont sur le fleuve", "bridge"),
        ("The young forward scored twice to take his team to the cup final", "striker"),
        ("Un incendie dans un entrepôt de bois a été éteint par les pompiers", "fire"),
        ("Doctors walk out of public hospitals over pay", "strike"),
        ("Les médecins en grève réclament une hausse des salaires", "strike"),
        ("The prime minister resigned after months of protests", "minister"),
        ("الدفعة الأولى من التطعيمات تحط في المطار", "vaccine"),
        ("The first vaccines have arrived in the capital", "vaccine"),
        ("Les deux pays reprennent les négociations sur leur frontière maritime", "talks"),
        ("Sandstorms shut schools for two days", "school"),
        ("تعليق الدراسة جراء عاصفة من الغبار", "school"),
    ],
)
def test_the_right_passage_is_nearest(
    embedder: Embedder,
    vectors: np.ndarray,
    claim: str,
    right: str,  # type: ignore[type-arg]
) -> None:
    assert list(PASSAGES)[int((vectors @ embedder.embed_claim(claim)).argmax())] == right


def test_vectors_have_unit_length_and_the_width_of_a_row(vectors: np.ndarray) -> None:  # type: ignore[type-arg]
    assert vectors.shape == (len(PASSAGES), WIDTH) == (len(PASSAGES), ROW_WIDTH)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "same"),
    [("قُتِلَ ١٢ شخصًا", "قتل 12 شخصا"), ("  حريق\n كبير ", "حريق كبير"), ("حريـــق", "حريق")],
)
def test_marks_digits_and_spaces_make_no_difference(embedder: Embedder, text: str, same: str) -> None:
    assert np.array_equal(embedder.embed_passage(text), embedder.embed_passage(same))


def test_claims_and_passages_are_marked_apart_and_claims_are_kept(embedder: Embedder) -> None:
    claim = embedder.embed_claim("حريق كبير")
    assert not np.allclose(claim, embedder.embed_passage("حريق كبير"))
    assert embedder.embed_claim("حريق كبير") is claim


def test_what_is_kept_cannot_be_changed(embedder: Embedder) -> None:
    with pytest.raises(ValueError, match="read-only"):
        embedder.embed_claim("حريق كبير")[0] = 1


@pytest.mark.parametrize("text", ["", "\u200f", "؟!"])
def test_nothing_to_read_is_a_vector_all_the_same(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed_passage(text)).all()


def test_long_texts_are_cut(embedder: Embedder) -> None:
    word = "القمح "
    assert np.array_equal(
        embedder.embed_passage(word * PASSAGE_TOKENS * 2), embedder.embed_passage(word * PASSAGE_TOKENS * 3)
    )
    assert np.array_equal(embedder.embed_claim(word * CLAIM_TOKENS * 2), embedder.embed_claim(word * CLAIM_TOKENS * 3))


def copy_weights(folder: Path) -> Path:
    folder.mkdir()
    for path in SHIPPED.iterdir():
        if not path.name.startswith("model"):
            (folder / path.name).symlink_to(path)
    return folder


def test_the_version_follows_the_content_of_the_files(tmp_path: Path, embedder: Embedder) -> None:
    folder = copy_weights(tmp_path / "m")
    assert Embedder(folder).version == embedder.version
    tokenizer = (folder / "tokenizer.json").read_bytes()
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.json").write_bytes(tokenizer + b" ")
    assert Embedder(folder).version != embedder.version


@pytest.mark.parametrize("missing", ["embed.onnx", "embed.0.bin", "tokenizer.json"])
def test_missing_files_are_an_unavailable_model(tmp_path: Path, missing: str) -> None:
    folder = copy_weights(tmp_path / "m")
    (folder / missing).unlink()
    with pytest.raises(ModelUnavailable):
        Embedder(folder).embed_claim("حريق")
    assert has_embedder(folder) == (missing == "embed.0.bin")


def test_no_folder_is_no_embedder(tmp_path: Path) -> None:
    assert not has_embedder(tmp_path / "none")
    with pytest.raises(ModelUnavailable):
        _ = Embedder(tmp_path / "none").version


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    folder = copy_weights(tmp_path / "m")
    (folder / "embed.onnx").unlink()
    shutil.copy(SHIPPED / "tokenizer.json", folder / "embed.onnx")
    with pytest.raises(ModelUnavailable, match=str(folder)):
        Embedder(folder).embed_passage("حريق")
