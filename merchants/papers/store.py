"""Papers at rest: encrypted with Fernet, under random names, in the storage ``papers``, which
is a folder of this machine or a bucket.

The first of ``PAPERS_KEYS`` encrypts, all of them decrypt. A file carries its own name inside
the encryption, so that two files that somebody exchanged on the disk are noticed.
"""

from __future__ import annotations

import base64
import datetime as dt
import errno
import functools
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from center import metrics
from center.errors import UnreadableFileError
from merchants.papers import refusals
from merchants.papers.files import PaperStorage, StorageAway

log = structlog.get_logger(__name__)
#: the disk, or our share of it
_FULL = {errno.ENOSPC, errno.EDQUOT}


class PaperLost(UnreadableFileError):
    """The file is gone from the storage."""


class PaperAway(PaperLost):
    """The storage does not answer at the moment; the file may well be there."""


class PaperUnreadable(UnreadableFileError):
    """The file is not what was stored, or its key is not in PAPERS_KEYS."""


@dataclass(frozen=True)
class StoredFile:
    """Where a paper lies and which key it needs (see ``fingerprint``)."""

    name: str
    key_id: str


def storage() -> PaperStorage:
    return cast(PaperStorage, storages["papers"])


def fingerprint(key: str) -> str:
    """Twelve hexadecimal digits that tell keys apart and say nothing about them."""
    return hashlib.sha256(base64.urlsafe_b64decode(key)).hexdigest()[:12]


def current_key_id() -> str:
    """The key that encrypts now."""
    return fingerprint(settings.PAPERS_KEYS[0])


def save(content: bytes) -> StoredFile:
    """Encrypt ``content`` under the first key and store it under a new random name.

    Raises RuleViolation ``paper_no_room`` where the storage is full and ``paper_kept_nowhere``
    where it is away; nothing half is kept then.
    """
    name = _new_name()
    token = _cipher(tuple(settings.PAPERS_KEYS)).encrypt(name.encode() + b"\n" + content)
    try:
        stored = StoredFile(storage().save(name, ContentFile(token)), current_key_id())
    except StorageAway as error:  # which could not delete it either; the sweep of orphans will
        log.error("paper_storage_away", error=str(error))
        raise refusals.refusal("paper_kept_nowhere", "uploads") from error
    except OSError as error:
        with suppress(OSError):
            storage().delete(name)  # as far as it was written
        if error.errno not in _FULL:
            raise
        log.error("paper_disk_full", size=len(token))
        raise refusals.refusal("paper_no_room", "uploads") from error
    metrics.file_stored(len(content))
    return stored


def load(name: str, *, key_id: str) -> bytes:
    """The content stored under ``name`` with the key ``key_id``.

    Raises PaperLost (PaperAway among them) and PaperUnreadable, each saying what is missing.
    """
    _require(key_id, name)
    try:
        with storage().open(name) as file:
            token = file.read()
    except FileNotFoundError as error:
        raise PaperLost(f"{name} is not in the storage") from error
    except StorageAway as error:
        raise PaperAway(f"{name} could not be asked for: {error}") from error
    return decrypt(token, name=name, key_id=key_id)


def decrypt(token: bytes, *, name: str, key_id: str) -> bytes:
    """The content of a file wherever it lies now; ``name`` is the one it was stored under.

    Raises PaperUnreadable.
    """
    _require(key_id, name)
    try:
        inside, _newline, content = (
            _cipher(tuple(settings.PAPERS_KEYS)).decrypt(token).partition(b"\n")
        )
    except InvalidToken as error:
        raise PaperUnreadable(f"{name} has been changed or damaged") from error
    if inside != name.encode():
        raise PaperUnreadable(f"{name} holds another file")
    return content


def _require(key_id: str, name: str) -> None:
    if key_id not in map(fingerprint, settings.PAPERS_KEYS):
        raise PaperUnreadable(f"{name} needs the key {key_id}, which PAPERS_KEYS does not hold")


def delete(name: str) -> None:
    """Remove the file; one that is gone already is no error."""
    storage().delete(name)


def names(*, before: dt.datetime) -> Iterator[str]:
    """Every file of the storage last written before ``before``."""
    return storage().written_before(before)


def health() -> str:
    """For /health/ready: never unready, as people book without papers."""
    try:
        storage().look()
    except StorageAway:
        return "ok, away: papers are neither taken nor shown"
    return "ok"


def _new_name() -> str:
    """Nothing of the person in it, in 256 folders so that none gets too full."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


@functools.cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
