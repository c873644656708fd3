"""A person's own data as one ZIP: JSON from every app that holds some, and papers.

Each app registers its part when it starts (``AppConfig.ready``)::

    exports.register("businesses", businesses_of)

The function takes the person and returns what is told as JSON and the files beside it; it
gives the person's own data only. The ZIP is written to a file piece by piece, so that many
papers never stand in memory together, and whole before anybody reads of it, so that its making
has an end that no reader puts off.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any, TypeAlias

import structlog
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from center import clock
from center.errors import UnreadableFileError
from center.models import AccessRecord, Consent, RightsRequest, User

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PaperFile:
    """A file for the ZIP; read only when its turn comes. ``read`` may raise UnreadableFileError:
    everything else is handed out all the same, with a word on this one in its place."""

    name: str
    read: Callable[[], bytes]


Part: TypeAlias = tuple[Any, Iterable[PaperFile]]

_parts: dict[str, Callable[[User], Part]] = {}


def register(name: str, part: Callable[[User], Part]) -> None:
    """Add an app's part under a name of its own, which is also its file's name."""
    _parts[name] = part


def archive_of(user: User) -> IO[bytes]:
    """The ZIP, to be read from its start: ``<name>.json`` and ``<name>/001-<file>`` … of every
    part. A file of no name that is gone once it is closed; on a disk, as ``/tmp`` may be memory.
    """
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        whole = opened.enter_context(tempfile.TemporaryFile(dir=settings.VAR_DIR))
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in sorted(_parts.items()):
                data, files = part(user)
                archive.writestr(_entry(f"{name}.json"), _as_json(data))
                for number, file in enumerate(files, 1):
                    place = f"{name}/{number:03}-{_safe(file.name)}"
                    try:
                        archive.writestr(_entry(place), file.read())
                    except UnreadableFileError as error:
                        log.error("export_left_out", error=str(error))
                        archive.writestr(_entry(f"{place}.txt"), _missing(file.name))
        opened.pop_all()
    whole.seek(0)
    return whole


def _missing(name: str) -> str:
    return _(
        "“%(name)s” belongs here and could not be read when this copy was made. Please make the"
        " copy again tomorrow; if it is missing then, too, call us: %(phone)s."
    ) % {"name": name, "phone": settings.CENTER_PHONE}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, clock.local(clock.now()).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _as_json(data: Any) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _safe(name: str) -> str:
    """Without folders: a stored name must not choose where an unpacked file lands."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return last if last.strip(".") else "file"


def account_of(user: User) -> Part:
    """The center's own part: the account, consents, requests, and who looked at the account."""
    return {
        "email": user.email,
        "name": user.name,
        "phone": user.phone,
        "language": user.language,
        "joined": user.date_joined,
        "last_login": user.last_login,
        "logs_in_with": _rows(
            SocialAccount.objects.filter(user=user).order_by("date_joined"),
            ["provider", "uid", "date_joined", "last_login"],
        ),
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "consents": _rows(
            Consent.objects.filter(user=user).order_by("given_at"),
            ["kind", "text__version", "text__title_ko", "given_at", "channel", "withdrawn_at"],
        ),
        "requests": _rows(
            RightsRequest.objects.filter(user=user).order_by("received_at"),
            ["kind", "text", "received_at", "due_on", "outcome", "answer", "answered_at"],
        ),
        "looked_at_by_staff": _rows(
            AccessRecord.objects.about("user", user.pk).order_by("at"), ["at", "action", "purpose"]
        ),
    }, []


def _rows(rows: Any, fields: list[str]) -> list[dict[str, Any]]:
    return list(rows.values(*fields))


register("account", account_of)
