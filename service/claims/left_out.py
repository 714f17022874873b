"""What a claim is not held against: the article it comes from, its outlet, and the copies of its text.

An outlet that says again what it said, or what everybody copied from one wire, confirms nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.model import ArticleHead


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Ids of articles and outlets, and source groups, whose passages do not count; false when there are none."""

    articles: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.articles or self.outlets or self.groups)

    def holds(self, head: ArticleHead) -> bool:
        """Tell whether an article is left out."""
        outlet = head.outlet.id if head.outlet else None
        return head.id in self.articles or outlet in self.outlets or head.source_group in self.groups


NOTHING = LeftOut()
