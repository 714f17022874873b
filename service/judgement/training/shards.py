"""Rows to token ids, once: what the training machine needs, without texts or tokenizers.

    python -m service.judgement.training.shards DATA_DIR OUT_DIR --tokenizer gemma=DIR --tokenizer e5=DIR

reads every source under DATA_DIR (the folder described in the model card), adds edits and neighbours, and writes
OUT_DIR/rows.jsonl.gz (the rows as text, in order) and OUT_DIR/<name>.npz with `ids` (uint16, all rows end to end),
`starts`, `label`, `source` (index into `sources`), `fold` (0-2, by group). Rows of the sets to measure on carry sources
that begin with `dev_` and are never trained on.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from service.arabic.words import read_table
from service.judgement.entail import join_passage, prepare
from service.judgement.training import rows as source
from service.judgement.training.copies import copy_rows
from service.judgement.training.edits import edit_rows
from service.judgement.training.neighbours import CorpusPassage, corpus_passages, neighbour_rows
from service.judgement.training.rows import Row, chance

FOLDS = 3
CLAIM_TOKENS, PASSAGE_TOKENS = 96, 256
KEEP = {"cannot_negation": 0.25, "breaking-nli": 0.4, "conjnli": 0.6}
"""Share of each synthetic English source that is used: they teach one trick each, and are large."""
NLI = ("mnli_ar_train", "mnli-dev", "snli-dev", "scitail-dev", "snli-counterfactual", "breaking-nli",
       "cannot_negation", "conjnli", "fool_me_twice", "negation_nli")  # fmt: skip
NEWS = ("news", "written", "clusters", "written_clusters")
"""The sources whose claims get neighbours and edits."""
DEFINITE = "ال"


def task_rows(data: Path) -> list[Row]:
    """The rows nearest to the task: news claims, clusters, headlines."""
    titles = {r["url"]: r["title"] for r in source.read_lines(data / "corpora/ant_corpus.jsonl.gz")}
    train = data / "nli_train"
    headlines = list(source.headline_rows(train / "ans_stance_train.jsonl.gz"))
    return [
        *source.news_rows(train / "news_claims_train.jsonl.gz", titles=titles),
        *source.news_rows(train / "news_claims2_train.jsonl.gz", titles=titles),
        *source.written_rows(),
        *source.written_cluster_rows(),
        *source.cluster_rows(train / "clusters_train.jsonl.gz"),
        *headlines,
        *source.swap_sides(headlines, source="ans_swapped"),
    ]


def general_rows(data: Path) -> Iterator[Row]:
    """Natural language inference that is not news."""
    for name in NLI:
        for row in source.nli_rows(data / f"nli_train/{name}.jsonl.gz", source=name):
            if chance("keep", row.claim, row.passage) < KEEP.get(name, 1.0):
                yield row


def measured_rows(data: Path) -> Iterator[Row]:
    """The development sets."""
    yield from source.written_rows(source.HELD, source="dev_written")
    yield from source.dev_claim_rows(data / "dev/claims_dev.jsonl.gz")
    yield from source.cluster_rows(data / "dev/clusters_dev.jsonl.gz", source="dev_clusters")
    yield from source.headline_rows(data / "dev/ans_stance_dev.jsonl.gz", source="dev_ans")
    yield from source.nli_rows(data / "dev/xnli_ar_dev.jsonl.gz", source="dev_xnli")


def edit_words(data: Path) -> dict[str, list[str]]:
    """Months, weekdays and countries that edits may swap."""
    countries = [
        r.split("\t")[2] for r in (data / "lexical/countries.tsv").read_text(encoding="utf-8").splitlines()[1:]
    ]
    months = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر",
              "ديسمبر", "جانفي", "فيفري", "أفريل", "ماي", "جوان", "جويلية", "أوت"]  # fmt: skip
    weekdays = sorted({row[0] for row in read_table("weekdays") if row[0].startswith(DEFINITE)})
    return {"month": months, "weekday": weekdays, "place": [c for c in countries if c and " " not in c]}


def title_rows(passages: Sequence[CorpusPassage]) -> list[Row]:
    """The titles of the corpus as claims without a passage of their own."""
    seen: dict[str, date | None] = {p.title: p.published for p in passages if len(p.title.split()) >= 5}
    return [Row("pool", title, "", source.UNLABELLED, title, day) for title, day in seen.items()]


def all_rows(data: Path, *, neighbours: int, titles: int) -> list[Row]:
    """Every row, in a fixed order."""
    task, words = task_rows(data), edit_words(data)
    passages = list(corpus_passages(data / "corpora/ant_corpus.jsonl.gz"))
    one_per_claim = list({r.claim: r for r in task if r.source in NEWS}.values())
    near = neighbour_rows(one_per_claim, passages, best=neighbours)
    near_titles = neighbour_rows(title_rows(passages)[:titles], passages, best=2)
    edits = edit_rows([r for r in task if r.source in NEWS], words)
    copies = copy_rows(data / "corpora/ant_corpus.jsonl.gz", words)
    parts = chain(task, edits, copies, near, near_titles, general_rows(data), measured_rows(data))
    return [row if row.source.startswith("dev_") else source.vary_spelling(source.vary_context(row)) for row in parts]


def encode(rows: Sequence[Row], tokenizer: Tokenizer, *, first: int, between: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all ids end to end (uint16) and the start of every row; `first` opens a pair, `between` ends each side."""
    claims = tokenizer.encode_batch([prepare(r.claim) for r in rows], add_special_tokens=False)
    sides = [join_passage(r.passage, published=r.published, title=r.title) for r in rows]
    passages = tokenizer.encode_batch(sides, add_special_tokens=False)
    pieces = [
        [first, *c.ids[:CLAIM_TOKENS], between, *p.ids[:PASSAGE_TOKENS], between]
        for c, p in zip(claims, passages, strict=True)
    ]
    starts = np.cumsum([0, *map(len, pieces)])
    return np.fromiter(chain.from_iterable(pieces), np.uint16, starts[-1]), starts


def special_ids(tokenizer: Tokenizer) -> tuple[int, int]:
    """Return the ids that open a pair and end a side: <bos>/<eos> or <s>/</s>."""
    for first, between in (("<bos>", "<eos>"), ("<s>", "</s>")):
        a, b = tokenizer.token_to_id(first), tokenizer.token_to_id(between)
        if a is not None and b is not None:
            return a, b
    raise ValueError("the tokenizer has neither <bos> nor <s>")


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", action="append", required=True, help="name=folder with tokenizer.json")
    parser.add_argument("--neighbours", type=int, default=4, help="retrieved passages per claim")
    parser.add_argument("--titles", type=int, default=8000, help="corpus titles used as claims")
    args = parser.parse_args()
    rows = all_rows(args.data, neighbours=args.neighbours, titles=args.titles)
    args.out.mkdir(parents=True, exist_ok=True)
    with gzip.open(args.out / "rows.jsonl.gz", "wt", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(asdict(row), ensure_ascii=False, default=str) + "\n")
    names = sorted({r.source for r in rows})
    fixed: dict[str, Any] = {
        "label": np.array([r.label for r in rows], np.int8),
        "source": np.array([names.index(r.source) for r in rows], np.int16),
        "fold": np.array([int(chance("fold", r.group) * FOLDS) for r in rows], np.int8),
        "sources": np.array(names),
    }
    for name, _, folder in (t.partition("=") for t in args.tokenizer):
        tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
        first, between = special_ids(tokenizer)
        ids, starts = encode(rows, tokenizer, first=first, between=between)
        np.savez_compressed(args.out / f"{name}.npz", ids=ids, starts=starts, **fixed)
        print(name, len(rows), "rows", len(ids), "tokens")
    print(Counter((r.source, r.label) for r in rows))


if __name__ == "__main__":
    main()
