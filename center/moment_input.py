"""Day and time in one field, as browsers offer it themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models


class MomentInput(forms.DateTimeInput):
    """To the minute, on the Korean wall clock. Unlike the admin's pair of fields it has the one
    label of its form field."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentsAdmin(admin.ModelAdmin):
    """Its moments are entered in one field each."""

    formfield_overrides: ClassVar = {
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput}
    }
