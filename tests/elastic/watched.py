"""A connection that tells of every request before it is sent: for what happens between two requests of one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elasticsearch import Elasticsearch

from service.index.elastic_client import Connection
from service.settings import ElasticsearchSettings

Send = Callable[[], Any]
Watch = Callable[[Send, str, str], Any]


class WatchedConnection(Connection):
    """Gives each request to `watch(send, method, path)`, which sends it as often as it likes and returns an answer."""

    def __init__(self, settings: ElasticsearchSettings, watch: Watch) -> None:
        super().__init__(settings)
        self._watch = watch

    def _make(self) -> Elasticsearch:
        client = super()._make()
        perform = client.transport.perform_request

        def watched(method: str, target: str, **rest: Any) -> Any:
            return self._watch(lambda: perform(method, target, **rest), method, target)

        client.transport.perform_request = watched  # type: ignore[method-assign]
        return client
