"""Reviews made of little, and a store that counts how it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from service.index.documents import DocumentStore
from service.model import Party, Rating, Review


def review(claim: str, *, url: str | None = None, rating: str = "خاطئ", **more: Any) -> Review:
    """Return a review of a claim; without `url` it has one of its own."""
    address = url or f"https://mizan.example/{abs(hash(claim))}"
    return Review(claim, "ar", Rating(rating), author=Party("مرصد الميزان"), url=address, **more)


class Counting:
    """A store that counts its calls by method and kind."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.calls: Counter[tuple[str, str]] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls[name, args[0] if args else ""] += 1
            return method(*args, **kwargs)

        return counted
