"""Count how common the words of the news are: words/word_frequency.tsv anew, after a change of `key_of`.

    python -m service.judgement.training.count_words DATA_DIR [--out word_frequency.tsv]

Every article of the ANT corpus counts a key once; kept are the keys of at least 40 of 10,000 articles, without numbers
and single letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import click

from service.arabic.tokens import analyse_exact
from service.judgement.lexicon import key_of
from service.judgement.training.rows import read_lines

LEAST = 40
PER = 10_000
LIST = Path(str(resources.files("service.arabic.words"))) / "word_frequency.tsv"


def count_keys(texts: Iterable[str]) -> dict[str, int]:
    """Return the articles of 10,000 that have each key, rounded; keys in fewer than LEAST are left out."""
    counts: Counter[str] = Counter()
    articles = 0
    for text in texts:
        articles += 1
        keys = {key_of(token.text) for token in analyse_exact(text)}
        counts.update(key for key in keys if len(key) > 1 and not key[0].isdigit())
    shares = {key: round(count * PER / articles) for key, count in counts.items()}
    return {key: shares[key] for key in sorted(shares) if shares[key] >= LEAST}


@click.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=LIST, show_default=True)
def main(data: Path, out: Path) -> None:
    """Count the corpus in DATA and write the list, its head kept."""
    head = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    articles = (f"{row['title']} {row['text']}" for row in read_lines(data / "corpora/ant_corpus.jsonl.gz"))
    counted = count_keys(articles)
    out.write_text("\n".join([*head, *(f"{key}\t{share}" for key, share in counted.items())]) + "\n", encoding="utf-8")
    click.echo(f"{len(counted)} keys")


if __name__ == "__main__":
    main()
