"""Sample articles of our own writing: 8 invented outlets on 7 invented events, agreeing, conflicting, copying, denying.

Everything in them is made up: towns, people, outlets, the agency. `isnad demo` loads them, the tests live on them, and
`claims.json` says what is to be answered to claims about them.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from service.ingest.files import find_files, read_items
from service.ingest.intake import Intake, Taken
from service.ingest.outlets import Outlets, load_outlets
from service.services import Services

TRY_CLAIM = "أسفر انهيار المبنى السكني في حي الميناء بمدينة مرسى الرمل عن مقتل سبعة أشخاص"


def load_sample(services: Services) -> list[Taken]:
    """Take the sample articles in, to be found at once, and return what became of them."""
    with as_file(files(__name__)) as folder:
        outlets = Outlets([*services.outlets, *load_outlets(folder / "outlets.toml")])
        return take_folder(folder / "articles", Intake(services.index, outlets))


def take_folder(folder: Path, intake: Intake) -> list[Taken]:
    """Take every article of a folder in. Raises the first error."""
    items = [item for path in find_files([folder]) for item in read_items(path)]
    for error in (item.error for item in items if item.error):
        raise error
    taken: list[Taken] = []
    for outcome in intake.take_many((item.handed for item in items if item.handed), wait=True):
        if outcome.error:
            raise outcome.error
        taken += outcome.taken
    return taken
