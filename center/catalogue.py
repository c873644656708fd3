"""Message catalogues without GNU gettext: collect, merge, compile, check.

Babel reads the Python sources; templates first pass through Django's own ``templatize``,
as ``makemessages`` does it. A message that Django or allauth ship untranslated, or worded
unlike the house, may be added to ``locale/ko/extra.txt``, one a line; one with a plural as both
forms with a tab between them.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

_EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PACKAGES = ("center", "merchants", "bookings", "programs")
LANGUAGES = ("ko", "en")
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def path_of(language: str) -> Path:
    return Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES" / "django.po"


def collect() -> Catalog:
    """Every message of the sources, the templates and the list of extra ones."""
    found = Catalog(charset="utf-8")
    for file in _sources():
        for _line, message, _comments, context in _messages_in(file):
            found.add(message, context=context)
    extra = Path(settings.BASE_DIR) / "locale" / "ko" / "extra.txt"
    if extra.exists():
        for line in extra.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                one, _tab, many = line.partition("\t")
                found.add((one, many) if many else one)
    return found


def _sources() -> Iterator[Path]:
    base = Path(settings.BASE_DIR)
    for package in PACKAGES:
        yield from sorted(f for f in (base / package).rglob("*.py") if "migrations" not in f.parts)
    yield from sorted((base / "templates").rglob("*.html"))
    yield from sorted((base / "templates").rglob("*.txt"))


def _messages_in(file: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = file.read_text("utf-8")
    if file.suffix != ".py":
        text = templatize(text, origin=str(file))
    yield from extract("python", io.BytesIO(text.encode()), keywords=_KEYWORDS)


def load(language: str) -> Catalog:
    """The catalogue as it is, empty if there is none."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def update(language: str) -> Catalog:
    """Merge the sources' messages into the catalogue; obsolete ones go, nothing is guessed."""
    catalogue = load(language)
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# Korean messages of the commerce center."
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = _EPOCH  # no noise in every diff
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, no_location=True, omit_header=False)
    return catalogue


def compile_all() -> None:
    """Write the binary catalogues Django reads."""
    for language in LANGUAGES:
        catalogue = load(language)
        with path_of(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def problems() -> list[str]:
    """Messages that the Korean catalogue lacks, leaves empty, marks fuzzy or breaks."""
    catalogue, found = load("ko"), []
    for message in collect():
        if not message.id:
            continue
        entry = catalogue.get(message.id, message.context)
        if entry is None:
            found.append(f"not in the catalogue: {message.id}")
        elif not _translated(entry.string):
            found.append(f"not translated: {message.id}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {message.id}")
        else:
            found += [f"{error}: {message.id}" for error in entry.check(catalogue)]
    return found


def _translated(string: str | Sequence[str] | None) -> bool:
    return bool(string) if isinstance(string, str) else all(string or [""])
