"""A claim and a passage as a question to a chat model: instructions of ours, and beside them, walled off, the texts.

The texts are one JSON object whose brackets and angle brackets are escaped: nothing in an article ends the data, and no
server takes «<|im_start|>» or «[INST]» in it for a token of its own.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from service.model import Claim, EvidenceKind, Flag, JudgedText

MOST_QUOTES = 3
UNASKED_KINDS = frozenset({EvidenceKind.UPDATE})
"""`update` is a relation of two numbers in time, which the typed comparison finds; it is no flag's reason."""
_WALLED = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>[]"})


def write_data(claim: Claim, passage: JudgedText) -> str:
    """Return all that the model is shown of a pair, as JSON; what is not known is left out."""
    texts = {
        "claim": claim.text,
        "claim_as_of": claim.as_of.isoformat() if claim.as_of else "",
        "published": passage.published.isoformat() if passage.published else "",
        "title": passage.title,
        "context": passage.context,
        "passage": passage.text,
    }
    # Every value is a text, so that a bracket can only stand inside one and its escape means the same.
    return json.dumps({name: text for name, text in texts.items() if text}, ensure_ascii=False).translate(_WALLED)


def write_messages(data: str) -> list[dict[str, str]]:
    """Return the messages for one pair's data."""
    return [{"role": "system", "content": read_instructions()}, {"role": "user", "content": data}]


@cache
def read_instructions() -> str:
    """Return the instructions."""
    return resources.files("service.judgement.remote").joinpath("instructions.txt").read_text(encoding="utf-8")


def answer_schema() -> dict[str, Any]:
    """Return the JSON schema of an answer, within what servers can hold a model to."""
    kinds = [kind.value for kind in EvidenceKind if kind not in UNASKED_KINDS]
    quote = {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "claim", "passage"],
        "properties": {
            "kind": {"type": "string", "enum": kinds},
            "claim": {"type": "string"},
            "passage": {"type": "string"},
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["flag", "quotes"],
        "properties": {
            "flag": {"type": "string", "enum": [flag.value for flag in Flag]},
            "quotes": {"type": "array", "items": quote},
        },
    }
