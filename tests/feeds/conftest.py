from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.feeds.parts import Parts, opened
from tests.feeds.site import Site, serving

MakeParts = Callable[..., Parts]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def make(tmp_path: Path, site: Site) -> Iterator[MakeParts]:
    """Open the parts of a process over the test's directory, with wishes."""
    with ExitStack() as stack:

        def open_parts(**wishes: Any) -> Parts:
            return stack.enter_context(opened(tmp_path, site, **wishes))

        yield open_parts


@pytest.fixture
def parts(make: MakeParts) -> Parts:
    return make()
