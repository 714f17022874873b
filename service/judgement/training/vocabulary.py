"""Cut a tokenizer to what Arabic, English and French news need, and prove it equal on the corpora.

A BPE tokenizer (Gemma) keeps the tokens that the texts use, the tokens on the way to them (a merge can only fire when
both halves exist) and every merge among those: as the merges that fired on a text are all kept in their order, the
same merges fire again and the segmentation is the same. A unigram tokenizer (e5) keeps the pieces used; the best path
stays the best. Words with a rare token fall into shorter kept pieces, in the end into bytes.

    python -m service.judgement.training.vocabulary TOKENIZER.json OUT_DIR --least 4 TEXTS.jsonl.gz …
writes OUT_DIR/tokenizer.json, OUT_DIR/kept.json (old id of every new id) and prints sizes and the share of texts equal.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from service.judgement.entail import prepare

BATCH = 512
ALWAYS = ("<pad>", "<eos>", "<bos>", "<unk>", "<s>", "</s>", "<mask>")


def read_texts(paths: Iterable[Path]) -> Iterator[str]:
    """Yield every row of gzipped JSON lines as one prepared text of all its strings."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield prepare("\n".join(strings_in(json.loads(line))))


def strings_in(value: Any) -> Iterator[str]:
    """Yield the strings of a JSON value, addresses left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key != "url":
                yield from strings_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings_in(part)


def count_tokens(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """Return how often each token id occurs."""
    counts: Counter[int] = Counter()
    texts = iter(texts)
    while batch := list(islice(texts, BATCH)):
        for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def merge_path(token: str, ranks: dict[tuple[str, str], int]) -> set[str]:
    """Return the tokens that arise while BPE builds `token` from its characters."""
    parts, seen = list(token), set(token)
    while len(parts) > 1:
        rank, at = min((ranks.get(pair, len(ranks)), i) for i, pair in enumerate(pairwise(parts)))
        if rank == len(ranks):
            break
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
        seen.add(parts[at])
    return seen


def is_byte(token: str) -> bool:
    """Tell whether a token is a byte fallback such as <0x0A>."""
    return len(token) == 6 and token.startswith("<0x")


def cut_bpe(spec: dict[str, Any], wanted: set[str]) -> list[str]:
    """Shrink a BPE model in place to `wanted` and what leads there; return the kept tokens by new id."""
    model = spec["model"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    keep = set(ALWAYS) | {t for t in model["vocab"] if is_byte(t)}
    for token in wanted:
        keep |= merge_path(token, ranks)
    kept = [t for t, _ in sorted(model["vocab"].items(), key=lambda item: item[1]) if t in keep]
    model["vocab"] = {t: i for i, t in enumerate(kept)}
    model["merges"] = [list(m) for m in merges if m[0] in keep and m[1] in keep and m[0] + m[1] in keep]
    return kept


def cut_unigram(spec: dict[str, Any], wanted: set[str]) -> list[str]:
    """Shrink a unigram model in place to `wanted`, single characters and specials; return the kept pieces by new id."""
    model = spec["model"]
    keep = [
        (p, score) for p, score in model["vocab"] if p in wanted or p in ALWAYS or (len(p) == 1 and is_common_letter(p))
    ]
    model["vocab"] = [list(pair) for pair in keep]
    names = [p for p, _ in keep]
    model["unk_id"] = names.index("<unk>")
    return names


def is_common_letter(piece: str) -> bool:
    """Tell whether a one-character piece is Latin or Arabic: kept, so that no word of either becomes unknown."""
    return piece < "\u024f" or "\u0600" <= piece <= "\u06ff"


def cut(spec: dict[str, Any], wanted: set[str]) -> list[int]:
    """Shrink a tokenizer in place; return the old id of every new id, for cutting the embedding table."""
    model = spec["model"]
    old = dict(model["vocab"]) if model["type"] == "BPE" else {p: i for i, (p, _) in enumerate(model["vocab"])}
    kept = cut_bpe(spec, wanted) if model["type"] == "BPE" else cut_unigram(spec, wanted)
    new = {t: i for i, t in enumerate(kept)}
    spec["added_tokens"] = [a | {"id": new[a["content"]]} for a in spec["added_tokens"] if a["content"] in new]
    spec["post_processor"] = None  # the pair is put together in entail.py
    return [old[t] for t in kept]


def share_equal(whole: Tokenizer, small: Tokenizer, kept: list[int], texts: Iterable[str]) -> tuple[int, int, int]:
    """Return (texts segmented equally, texts whose tokens are all kept, texts): the first two must be the same."""
    position = {old: new for new, old in enumerate(kept)}
    equal = coverable = total = 0
    for text in texts:
        ids = whole.encode(text, add_special_tokens=False).ids
        total += 1
        if all(i in position for i in ids):
            coverable += 1
            equal += small.encode(text, add_special_tokens=False).ids == [position[i] for i in ids]
    return equal, coverable, total


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--least", type=int, default=4, help="keep tokens that occur at least so often")
    parser.add_argument("--probe", type=int, default=5000, help="texts to prove the equality on")
    args = parser.parse_args()
    whole = Tokenizer.from_file(str(args.tokenizer))
    counts = count_tokens(whole, read_texts(args.texts))
    wanted = {str(whole.id_to_token(i)) for i, n in counts.items() if n >= args.least}
    spec = json.loads(args.tokenizer.read_text(encoding="utf-8"))
    kept = cut(spec, wanted)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "tokenizer.json").write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    (args.out / "kept.json").write_text(json.dumps(kept))
    small = Tokenizer.from_file(str(args.out / "tokenizer.json"))
    equal, coverable, total = share_equal(whole, small, kept, islice(read_texts(reversed(args.texts)), args.probe))
    print(
        f"{len(kept)} of {whole.get_vocab_size()} tokens; {equal} of {coverable} fully covered texts equal, of {total}"
    )


if __name__ == "__main__":
    main()
