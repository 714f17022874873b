"""One data directory with the sample articles for all tests that only read, and a way to call the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.sample import load_sample
from service.settings import Settings
from service.wiring import build_services

Isnad = Callable[..., Result]


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sample")
    services = build_services(Settings(data=directory))
    load_sample(services)
    services.close()
    return directory


@pytest.fixture
def isnad() -> Isnad:
    """Call `isnad` with arguments; environment of the caller's own Isnad does not count.

    It judges without a model, which would be loaded anew by every call, unless the test names one.
    """

    own = {"ISNAD_CONFIG": None, "ISNAD_DATA": None, "ISNAD_INDEX__VECTORS": "false"}

    def call(
        *arguments: object, code: int = 0, stdin: str | None = None, model: str = "typed", columns: int = 120
    ) -> Result:
        env = {**own, "ISNAD_JUDGE__MODEL": model, "COLUMNS": str(columns)}
        result = CliRunner().invoke(main, [str(each) for each in arguments], input=stdin, env=env)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    return call
