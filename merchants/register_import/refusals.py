"""Why a whole file is refused; what is wrong with a single row stands in ``values``."""

from __future__ import annotations

from django.utils.translation import gettext as _

from center.errors import Violation

_FIELD = "file"


def too_large(megabytes: int) -> Violation:
    return Violation(
        "file_too_large",
        _("The file is larger than %(n)d MB.") % {"n": megabytes},
        _("Leave out what is no row of the register, or split it into several files."),
        _FIELD,
    )


def too_many_rows(limit: int) -> Violation:
    return Violation(
        "too_many_rows",
        _("The file has more than %(n)s rows.") % {"n": f"{limit:,}"},
        _("Split it into several files with the same headings."),
        _FIELD,
    )


def old_excel() -> Violation:
    return Violation(
        "old_excel",
        _("This is an older Excel file (.xls), or one with a password."),
        _("Take the password off and save it as .xlsx or as CSV."),
        _FIELD,
    )


def unreadable() -> Violation:
    return Violation(
        "file_unreadable",
        _("This file cannot be read as a table."),
        _("Save it anew as .xlsx or CSV and choose that file."),
        _FIELD,
    )


def open_quotes(line: int) -> Violation:
    return Violation(
        "open_quotes",
        _("In row %(n)d a quotation mark seems to be left open.") % {"n": line},
        _("Close or remove it; otherwise the rows that follow would be lost."),
        _FIELD,
    )


def no_headings() -> Violation:
    return Violation(
        "no_headings",
        _("No row of headings with “상호” or “사업자등록번호” was found."),
        _("Write the headings above the columns as in the template."),
        _FIELD,
    )


def heading_twice(first: str, second: str) -> Violation:
    return Violation(
        "heading_twice",
        _("Two columns mean the same: “%(first)s” and “%(second)s”.")
        % {"first": first, "second": second},
        _("Keep one of them, or give the other a heading that the template does not know."),
        _FIELD,
    )


def no_rows() -> Violation:
    return Violation(
        "no_rows",
        _("There are no rows under the headings."),
        _("Choose the file with the businesses in it."),
        _FIELD,
    )


def import_over() -> Violation:
    return Violation(
        "import_over",
        _("This file has been taken over already, or its rows have been deleted."),
        _("Choose the file again; what is there already does not change."),
    )
