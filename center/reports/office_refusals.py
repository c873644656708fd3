"""Every refusal of a form of an office's own: its stable code, its sentence, its way out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from center.errors import Violation


def no_form() -> Violation:
    return Violation(
        "no_form",
        _("This file is neither an Excel workbook (XLSX) nor a Hangul document (HWPX)."),
        _("Save it as XLSX or HWPX and choose it again."),
        field="file",
    )


def too_large() -> Violation:
    return Violation(
        "form_too_large",
        _("A form may have 3 MB at most."),
        _("Make the pictures in it smaller and choose it again."),
        field="file",
    )


def with_program() -> Violation:
    return Violation(
        "form_with_program",
        _("This file carries macros, embedded objects or links to other files."),
        _("Save it without them and choose it again."),
        field="file",
    )


def no_names() -> Violation:
    return Violation(
        "form_without_names",
        _("No place in this file has a name that a report knows."),
        _("Name cells, or write placeholders, as the list of names says."),
        field="file",
    )


def name_taken() -> Violation:
    return Violation(
        "form_name_taken",
        _("There is a form of this name already."),
        _("Choose another name, or take the old form away first."),
        field="name",
    )
