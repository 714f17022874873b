"""The two bodies as lean torch encoders, and the cross-encoder head on top of them.

`GemmaEncoder` is the bidirectional Gemma 3 text encoder of EmbeddingGemma (checked against transformers' own in
tests/judgement/test_training.py), `BertEncoder` the BERT of multilingual-e5-small. Both are written out so that one
definition trains fast on a GPU (fused norms, scaled-dot-product attention), exports to a small ONNX graph and can be
cut to its first n layers. Sequences are shorter than the sliding window of 512, so every layer attends everywhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor, nn

FLAGS = ("agrees", "conflicts", "mentions")


@dataclass(frozen=True, slots=True)
class BodyShape:
    """What a body looks like; stored beside its weights."""

    kind: str
    vocabulary: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    feed_forward: int
    eps: float
    positions: int = 512

    def save(self, path: Path) -> None:
        """Write the shape as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, path: Path) -> BodyShape:
        """Read what `save` wrote."""
        return cls(**json.loads(path.read_text()))


EMBEDDING_GEMMA = BodyShape("gemma", 262144, 768, 24, 3, 1, 256, 1152, 1e-6)
GLOBAL_EVERY = 6  # every sixth layer of Gemma 3 uses the global rotary base
ROTARY_BASE = {"local": 10_000.0, "global": 1_000_000.0}


class GemmaNorm(nn.Module):
    """Root-mean-square norm with Gemma's (1 + weight)."""

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Norm along the last axis."""
        return F.rms_norm(x, (x.shape[-1],), 1.0 + self.weight.to(x.dtype), self.eps)


def rotary_table(length: int, head_dim: int, base: float, device: Any) -> tuple[Tensor, Tensor]:
    """Return cosines and sines, each (length, head_dim), for rotary position embedding."""
    inverse = 1.0 / base ** (torch.arange(0, head_dim, 2, device=device, dtype=torch.float32) / head_dim)
    angles = torch.arange(length, device=device, dtype=torch.float32)[:, None] * inverse[None, :]
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, table: tuple[Tensor, Tensor]) -> Tensor:
    """Apply rotary position embedding to (batch, heads, length, head_dim)."""
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), dim=-1)
    return x * table[0].to(x.dtype) + turned * table[1].to(x.dtype)


class GemmaLayer(nn.Module):
    """One layer: attention and gated feed-forward, each between two norms."""

    def __init__(self, shape: BodyShape, index: int) -> None:
        super().__init__()
        self.shape = shape
        self.rotary = "global" if (index + 1) % GLOBAL_EVERY == 0 else "local"
        hidden, queries, keys = shape.hidden, shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
        self.q_proj, self.o_proj = nn.Linear(hidden, queries, bias=False), nn.Linear(queries, hidden, bias=False)
        self.k_proj, self.v_proj = nn.Linear(hidden, keys, bias=False), nn.Linear(hidden, keys, bias=False)
        self.q_norm, self.k_norm = GemmaNorm(shape.head_dim, shape.eps), GemmaNorm(shape.head_dim, shape.eps)
        self.gate_proj, self.up_proj = (nn.Linear(hidden, shape.feed_forward, bias=False) for _ in range(2))
        self.down_proj = nn.Linear(shape.feed_forward, hidden, bias=False)
        self.input_layernorm, self.post_attention_layernorm = (GemmaNorm(hidden, shape.eps) for _ in range(2))
        self.pre_feedforward_layernorm, self.post_feedforward_layernorm = (
            GemmaNorm(hidden, shape.eps) for _ in range(2)
        )

    def attend(self, x: Tensor, mask: Tensor, tables: dict[str, tuple[Tensor, Tensor]]) -> Tensor:
        """Attention of every token to every unmasked token; `mask` is additive, (batch, 1, 1, length)."""
        s, (batch, length, _) = self.shape, x.shape
        q = self.q_norm(self.q_proj(x).view(batch, length, s.heads, s.head_dim)).transpose(1, 2)
        k = self.k_norm(self.k_proj(x).view(batch, length, s.kv_heads, s.head_dim)).transpose(1, 2)
        v = self.v_proj(x).view(batch, length, s.kv_heads, s.head_dim).transpose(1, 2)
        q, k = rotate(q, tables[self.rotary]), rotate(k, tables[self.rotary])
        k, v = (t.expand(batch, s.heads, length, s.head_dim) for t in (k, v))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=s.head_dim**-0.5)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, s.heads * s.head_dim))

    def forward(self, x: Tensor, mask: Tensor, tables: dict[str, tuple[Tensor, Tensor]]) -> Tensor:
        """Attention, then feed-forward, each added to its input."""
        x = x + self.post_attention_layernorm(self.attend(self.input_layernorm(x), mask, tables))
        h = self.pre_feedforward_layernorm(x)
        h = self.down_proj(F.gelu(self.gate_proj(h), approximate="tanh") * self.up_proj(h))
        return x + self.post_feedforward_layernorm(h)


class GemmaEncoder(nn.Module):
    """Token ids and attention mask (batch, length) to hidden states (batch, length, hidden)."""

    def __init__(self, shape: BodyShape) -> None:
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(GemmaLayer(shape, i) for i in range(shape.layers))
        self.norm = GemmaNorm(shape.hidden, shape.eps)

    def forward(self, ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Embed, then every layer, then the last norm."""
        return self.climb(self.embed_tokens(ids) * self.shape.hidden**0.5, attention_mask)

    def climb(self, states: Tensor, attention_mask: Tensor, *, first: int = 0) -> Tensor:
        """Go on from what the layers below `first` have made of the tokens: the layers from there, the last norm."""
        x = states.to(self.layers[0].q_proj.weight.dtype)
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        tables = {
            name: rotary_table(x.shape[1], self.shape.head_dim, base, x.device) for name, base in ROTARY_BASE.items()
        }
        for layer in self.layers[first:]:
            x = layer(x, mask, tables)
        return self.norm(x)


class BertLayer(nn.Module):
    """One post-norm BERT layer."""

    def __init__(self, shape: BodyShape) -> None:
        super().__init__()
        self.shape, hidden = shape, shape.hidden
        self.query, self.key, self.value, self.output = (nn.Linear(hidden, hidden) for _ in range(4))
        self.up, self.down = nn.Linear(hidden, shape.feed_forward), nn.Linear(shape.feed_forward, hidden)
        self.attention_norm, self.output_norm = (nn.LayerNorm(hidden, shape.eps) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Attention, then feed-forward, each added and normed."""
        s, (batch, length, hidden) = self.shape, x.shape
        q, k, v = (
            part(x).view(batch, length, s.heads, s.head_dim).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.attention_norm(x + self.output(mixed.transpose(1, 2).reshape(batch, length, hidden)))
        return self.output_norm(x + self.down(F.gelu(self.up(x))))


class BertEncoder(nn.Module):
    """Token ids and attention mask (batch, length) to hidden states (batch, length, hidden)."""

    def __init__(self, shape: BodyShape) -> None:
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.token_type = nn.Parameter(torch.zeros(shape.hidden))
        self.embedding_norm = nn.LayerNorm(shape.hidden, shape.eps)
        self.layers = nn.ModuleList(BertLayer(shape) for _ in range(shape.layers))

    def forward(self, ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Embed with positions, then every layer."""
        x = self.embed_tokens(ids) + self.positions.weight[: ids.shape[1]] + self.token_type
        x = self.embedding_norm(x).to(self.layers[0].query.weight.dtype)
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return x


def make_encoder(shape: BodyShape) -> GemmaEncoder | BertEncoder:
    """Return an untrained body of the given shape."""
    return GemmaEncoder(shape) if shape.kind == "gemma" else BertEncoder(shape)


class CrossEncoder(nn.Module):
    """A body with mean pooling and a two-layer head over the three flags (order of `FLAGS`)."""

    def __init__(self, body: GemmaEncoder | BertEncoder) -> None:
        super().__init__()
        self.body = body
        hidden = body.shape.hidden
        self.dense, self.out = nn.Linear(hidden, hidden), nn.Linear(hidden, len(FLAGS))
        self.dropout = nn.Dropout(0.1)

    def forward(self, ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return logits (batch, 3)."""
        return self.conclude(self.body(ids, attention_mask), attention_mask)

    def conclude(self, states: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the logits for hidden states."""
        weights = attention_mask[:, :, None].to(states.dtype)
        pooled = (states * weights).sum(1) / weights.sum(1)
        pooled = pooled.to(self.dense.weight.dtype)
        logits: Tensor = self.out(self.dropout(torch.tanh(self.dense(self.dropout(pooled)))))
        return logits
