"""The HTTP edge to a chat endpoint: one POST, bounded in time and size, and the text of the first choice back.

Servers differ in what they take: one that refuses the response format (400 or 422), then one that refuses the limits,
is asked again with less, and remembered. A connection cut off is tried once more; nothing else is. Redirects are not
followed, so that the key goes nowhere else. No error says more than a status: neither key nor text gets into a log.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, TimeoutError

from service.errors import InvalidSettings, JudgeUnavailable
from service.judgement.remote.question import answer_schema
from service.settings import RemoteJudgeSettings

MOST_BYTES = 256 * 1024
MOST_TOKENS = 800
CHUNK = 16 * 1024
REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_SHORTEST_WAIT_S = 0.05


def request_forms() -> list[dict[str, Any]]:
    """Return what is sent beside model and messages, from the most to the least that a server may take."""
    schema = {"name": "judgement", "strict": True, "schema": answer_schema()}
    limits = {"temperature": 0, "max_tokens": MOST_TOKENS}
    return [{**limits, "response_format": {"type": "json_schema", "json_schema": schema}}, limits, {}]


class ChatEndpoint:
    """Asks one model at one address. Opens nothing before the first question; safe between threads."""

    def __init__(self, base_url: str, model: str, *, api_key: str = "", connections: int = 4) -> None:
        self.model = model
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._pool = urllib3.PoolManager(maxsize=connections, retries=False)
        self._forms = request_forms()
        self._form = 0

    def __repr__(self) -> str:
        return f"ChatEndpoint({self._url}, {self.model})"

    def ask(self, messages: list[dict[str, str]], *, timeout_s: float) -> str:
        """Return what the model wrote. Raises `JudgeUnavailable` with the reason in a few words."""
        until = time.monotonic() + timeout_s
        while True:
            form = self._form
            status, body = self._post({"model": self.model, "messages": messages, **self._forms[form]}, until=until)
            if status == HTTPStatus.OK:
                return read_content(body)
            if status not in REFUSALS or form + 1 == len(self._forms):
                raise JudgeUnavailable(f"status {status}")
            self._form = max(self._form, form + 1)

    def _post(self, body: Mapping[str, Any], *, until: float) -> tuple[int, bytes]:
        content = json.dumps(body, ensure_ascii=False).encode()
        try:
            try:
                return self._send(content, until=until)
            except ProtocolError:
                return self._send(content, until=until)
        except HTTPError as error:
            is_late = isinstance(error, TimeoutError) and not isinstance(error, NewConnectionError)
            raise JudgeUnavailable("timeout" if is_late else f"no connection ({type(error).__name__})") from error

    def _send(self, content: bytes, *, until: float) -> tuple[int, bytes]:
        response = self._pool.request(
            "POST",
            self._url,
            body=content,
            headers=self._headers,
            timeout=urllib3.Timeout(total=_left(until)),
            redirect=False,
            preload_content=False,
        )
        try:
            body = b"".join(_read_within(response, until=until))
        except BaseException:
            response.close()  # what is left of it must not stand in front of the next answer
            raise
        response.release_conn()
        return response.status, body


def _read_within(response: urllib3.BaseHTTPResponse, *, until: float) -> list[bytes]:
    """Read the body piece by piece: a server that drips keeps each read short, but not all of them together."""
    parts, size = [], 0
    while part := response.read1(CHUNK, decode_content=False):
        size += len(part)
        if size > MOST_BYTES:
            raise JudgeUnavailable("answer too long")
        parts.append(part)
        _left(until)
    return parts


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left < _SHORTEST_WAIT_S:
        raise JudgeUnavailable("timeout")
    return left


def read_content(body: bytes) -> str:
    """Return the text of the first choice. Raises `JudgeUnavailable` when the body is no chat completion."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise JudgeUnavailable("not a chat completion") from error
    if not isinstance(content, str):
        raise JudgeUnavailable("not a chat completion")
    return content


def read_key(settings: RemoteJudgeSettings) -> str:
    """Return the key to send, "" for none. Raises `InvalidSettings`, which never shows it."""
    key, file = settings.api_key.reveal().strip(), settings.api_key_file
    if not key and file is not None:
        try:
            key = file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidSettings(f"judge.remote.api_key_file: {file} cannot be read") from error
        if not key:
            raise InvalidSettings(f"judge.remote.api_key_file: {file} is empty")
    if not (key.isascii() and key.isprintable()):
        raise InvalidSettings("judge.remote.api_key: has characters that no header can carry")
    return key
