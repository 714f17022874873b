"""Put defaults, TOML file and environment together, strictly.

Order, later wins: the defaults of sections.py; the TOML file (`--config`, ISNAD_CONFIG, else config/isnad.toml of the
checkout); the environment (ISNAD_SECTION__KEY, and ISNAD_DATA for the data directory). A key nobody knows stops the
start and is named: a misspelt limit that is silently ignored is worse than a service that does not come up.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from service.errors import InvalidSettings
from service.settings.sections import SHIPPED_MODELS, RemoteJudgeSettings, Secret, Settings

ENVIRONMENT_PREFIX = "ISNAD_"
NOT_SET_BY_OPERATORS = frozenset({"config_directory"})
SHORTEST_BOOTSTRAP_KEY = 32


def load_settings(path: Path | None = None, *, environ: Mapping[str, str] | None = None) -> Settings:
    """Return defaults, file and environment put together.

    `path` goes before ISNAD_CONFIG. Raises `InvalidSettings` naming the key for an unknown key, a value of the wrong
    type or out of range, an unreadable file, or an open mode that other machines could reach.
    """
    environ = os.environ if environ is None else environ
    file = path or _named_file(environ) or _shipped_file()
    tables: dict[str, Any] = _read_toml(file) if file else {}
    _merge_environment(tables, environ)
    settings: Settings = _build(Settings, tables, where="")
    if file:
        settings = replace(settings, config_directory=file.resolve().parent)
    _check_together(settings)
    return settings


def _check_together(settings: Settings) -> None:
    if settings.auth.mode == "open" and not settings.server.is_loopback:
        raise InvalidSettings(
            "auth.mode: open is for a loopback address only; set it to keys, or server.host to 127.0.0.1"
        )
    if settings.auth.bootstrap_key and len(settings.auth.bootstrap_key.reveal()) < SHORTEST_BOOTSTRAP_KEY:
        raise InvalidSettings(f"auth.bootstrap_key: must have {SHORTEST_BOOTSTRAP_KEY} or more characters")
    model = settings.judge.model
    if model not in (*SHIPPED_MODELS, "typed") and not (model and Path(model).is_dir()):
        raise InvalidSettings(f"judge.model: must be big, small, typed or the folder of a model; there is no {model!r}")
    _check_remote(settings.judge.remote)


def _check_remote(remote: RemoteJudgeSettings) -> None:
    if not remote.base_url:
        return
    parts = urlsplit(remote.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise InvalidSettings("judge.remote.base_url: must be like https://host/v1; a key belongs into api_key_file")
    if not remote.model:
        raise InvalidSettings("judge.remote.model: must name the model to be asked")


def _named_file(environ: Mapping[str, str]) -> Path | None:
    name = environ.get(ENVIRONMENT_PREFIX + "CONFIG", "")
    return Path(name) if name else None


def _shipped_file() -> Path | None:
    file = Settings().config_directory / "isnad.toml"
    return file if file.is_file() else None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(f"{file}: {error}") from error


def _merge_environment(tables: dict[str, Any], environ: Mapping[str, str]) -> None:
    kinds = {name: kind for name, kind in get_type_hints(Settings).items() if name not in NOT_SET_BY_OPERATORS}
    sections = {name for name, kind in kinds.items() if is_dataclass(kind)}
    for name in sorted(environ):
        if not name.startswith(ENVIRONMENT_PREFIX) or name == ENVIRONMENT_PREFIX + "CONFIG":
            continue
        section, separator, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().partition("__")
        value = _FromEnvironment(environ[name], name)
        if separator and section in sections and isinstance(tables.setdefault(section, {}), dict):
            _put(tables[section], key, value)
        elif not separator and section in kinds.keys() - sections:
            tables[section] = value
        elif separator or section.partition("_")[0] in kinds:
            # Names of another make (Kubernetes sets ISNAD_SERVICE_HOST and ISNAD_PORT by itself) pass;
            # a section's name with one underscore is a slip.
            raise InvalidSettings(f"{name}: unknown; a key of a section is written ISNAD_SECTION__KEY")


def _put(table: dict[str, Any], key: str, value: _FromEnvironment) -> None:
    """Put a value where its key says: `remote__model` belongs into the table `remote`."""
    part, separator, rest = key.partition("__")
    if separator and isinstance(table.setdefault(part, {}), dict):
        _put(table[part], rest, value)
    else:
        table[key] = value


@dataclass(frozen=True, slots=True)
class _FromEnvironment:
    """A value that is still text, and the variable it came from."""

    text: str
    name: str


def _build(kind: type[Any], table: Mapping[str, Any], *, where: str) -> Any:
    hints = get_type_hints(kind)
    known = {each.name: each for each in fields(kind) if each.name not in NOT_SET_BY_OPERATORS}
    values: dict[str, Any] = {}
    for key, value in table.items():
        named = value.name if isinstance(value, _FromEnvironment) else f"{where}{key}"
        if key not in known:
            raise InvalidSettings(f"{named}: unknown setting; known here: {', '.join(sorted(known))}")
        if is_dataclass(hints[key]):
            if not isinstance(value, Mapping):
                raise InvalidSettings(f"{named}: must be a table")
            values[key] = _build(hints[key], value, where=f"{where}{key}.")
        else:
            values[key] = _convert(value, hints[key], named)
            _check_bounds(values[key], known[key].metadata, named)
    return kind(**values)


def _convert(value: Any, kind: Any, named: str) -> Any:
    """Return `value` as `kind`: text of the environment is read, a value of the TOML file must have the type."""
    if isinstance(value, _FromEnvironment):
        value = _read_text(value.text, kind, named)
    if get_origin(kind) is Literal:
        return _expect(value in get_args(kind), value, named, "one of " + ", ".join(get_args(kind)))
    if kind is bool:
        return _expect(isinstance(value, bool), value, named, "true or false")
    if kind is int:
        return _expect(isinstance(value, int) and not isinstance(value, bool), value, named, "a whole number")
    if kind is float:
        return float(_expect(type(value) in (int, float) and isfinite(value), value, named, "a number"))
    if get_origin(kind) is tuple:
        items = value if isinstance(value, list) and all(isinstance(item, str) and item for item in value) else ()
        return _expect(bool(items), tuple(items), named, "a list of one or more texts")
    _expect(isinstance(value, str), value, named, "a text")
    if kind is Secret:
        return Secret(value)
    if kind is str:
        return value
    return Path(value) if value else _expect(kind is not Path, None, named, "a path")


def _read_text(text: str, kind: Any, named: str) -> Any:
    if kind is bool:
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    if kind is int:
        return int(_expect(text.strip().isascii() and text.strip().isdigit(), text.strip(), named, "a whole number"))
    if kind is float:
        return float(_expect(re.fullmatch(r"[0-9]*\.?[0-9]+", text.strip(), re.ASCII), text.strip(), named, "a number"))
    if get_origin(kind) is tuple:
        return [item.strip() for item in text.split(",") if item.strip()]
    return text


def _expect(holds: object, value: Any, named: str, what: str) -> Any:
    if not holds:
        raise InvalidSettings(f"{named}: must be {what}")
    return value


def _check_bounds(value: Any, bounds: Mapping[str, Any], named: str) -> None:
    if "range" in bounds:
        low, high = bounds["range"]
        _expect(low <= value <= high, value, named, f"between {low} and {high}")
    if "pattern" in bounds:
        _expect(re.fullmatch(bounds["pattern"], value) is not None, value, named, f"like {bounds['pattern']}")
