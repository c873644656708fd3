from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from center.errors import RuleViolation
from merchants.register_import import refusals
from merchants.register_import.reading import MAX_BYTES


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV (UTF-8 or CP949), up to 10 MB. Nothing is written yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read into memory."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _sentence(RuleViolation(refusals.too_large(MAX_BYTES // 1024 // 1024)))
            )
        return file

    def refuse(self, refusal: RuleViolation) -> None:
        self.add_error("file", _sentence(refusal))


def _sentence(refusal: RuleViolation) -> str:
    violation = refusal.violations[0]
    return f"{violation.message} {violation.remedy}"


class RunForm(forms.Form):
    adopt = forms.BooleanField(
        label=_("Adopt former verifications"),
        help_text=_(
            "New businesses whose date lies ahead can book from today until then, without handing in papers. Tick it only if these papers were checked."
        ),
        required=False,
    )
