"""How often one person may send files, as each takes a while to be made anew."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from center import attempts
from merchants.papers import refusals

#: requests with files; a registration takes some ten, with everything sent one by one and again
REQUESTS = 40
_LIMITS = {"files": f"{REQUESTS}/10m/user"}


def files_of(request: HttpRequest, *, field: str = "uploads") -> MultiValueDict[str, UploadedFile]:
    """The files that came with a request of a logged-in person.

    Raises RuleViolation ``paper_too_often``. Where nothing can be counted everybody may: the
    workshop's door holds even so.
    """
    files = request.FILES
    if files and attempts.can_be_counted():
        usage = ratelimit.consume(request, app="merchants", action="files", config=_LIMITS)
        if usage is None:
            raise refusals.refusal("paper_too_often", field)
    return files
