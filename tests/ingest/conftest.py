"""What the intake's tests share: the outlets of the shipped configuration, and an index that lives in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.ingest.outlets import Outlets, load_outlets

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def outlets() -> Outlets:
    return load_outlets(ROOT / "config" / "outlets.toml")


@pytest.fixture(scope="session")
def seeds() -> Path:
    path = ROOT.parent / "shared" / "seeds"
    if not path.is_dir():
        pytest.skip("SKIPPED LOUDLY: no ../shared/seeds beside the checkout")
    return path
