"""The files of the page: served without a key, never from another site, kept by browsers until they change."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

import service
from service.api.page import KINDS
from tests.api.contract_client import ContractClient

WEB = Path(service.__file__).parent / "web"


def test_every_file_is_served_with_its_type_and_policy(client: ContractClient) -> None:
    assert {path.name for path in WEB.iterdir()} == KINDS.keys()
    for name, kind in KINDS.items():
        response = client.get(f"/web/{name}")
        assert response.data == (WEB / name).read_bytes()
        assert response.mimetype == kind
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert client.get("/").data == (WEB / "index.html").read_bytes()


def test_an_unchanged_file_is_not_sent_again(client: ContractClient) -> None:
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("name", ["none.js", "..%2fapp.py", "%2e%2e%2fapp.py", "index.html%00"])
def test_nothing_else_is_served(client: ContractClient, name: str) -> None:
    assert client.get(f"/web/{name}").status_code == 404


def test_it_loads_nothing_from_elsewhere(app: Flask) -> None:
    for path in WEB.glob("*.*"):
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in text.replace("// ", "").replace('"http:", "https:"', ""), path.name
        assert "innerHTML" not in text
