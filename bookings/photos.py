"""Photos of devices, as phones take them: made anew, small, without metadata."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from bookings import equipment_refusals
from bookings.models import Photo
from center.errors import RuleViolation
from center.models import User
from merchants.papers import refusals
from merchants.papers.limits import IMAGES, MAX_BYTES, Refused, type_of
from merchants.papers.workshop import take_in

#: pixels across: a scratch shows, and a photo takes some 300 kB
WIDTH = 1600


def cleaned(upload: UploadedFile, *, field: str = "photo") -> bytes:
    """The picture as a JPEG of ours; what it is, its content says and not its name.

    Raises RuleViolation ``photo_type`` or one of those of ``merchants.papers.refusals``.
    """
    upload.seek(0)
    content = upload.read(MAX_BYTES + 1)  # whatever the declared size says
    kind = type_of(content)
    try:
        if len(content) > MAX_BYTES:
            raise Refused("paper_too_large")
        if kind not in IMAGES:
            raise RuleViolation(equipment_refusals.photo_type(field))
        return take_in("draw", content, content_type=kind, page=1, width=WIDTH).content
    except Refused as refused:
        raise refusals.refusal(refused.code, field) from refused


def save(content: bytes | None, *, by: User) -> Photo | None:
    """Keep a cleaned picture, if there is one; inside the transaction of what it shows."""
    if content is None:
        return None
    photo = Photo.of(content, taken_by=by)
    photo.save()
    return photo


class PhotoField(forms.FileField):
    """A photo, straight from the camera where there is one; cleans to the JPEG or to None."""

    widget = forms.FileInput(attrs={"accept": "image/*", "capture": "environment"})

    def __init__(self, **kwargs: Any) -> None:
        given = {"label": _("Photo"), "required": False, **kwargs}
        super().__init__(**given)

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return cleaned(upload)
        except RuleViolation as refusal:
            raise ValidationError(
                [violation.sentence for violation in refusal.violations],
                code=refusal.codes[0],
            ) from refusal
