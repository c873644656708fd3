"""Files for those who take part in a session, in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from center.errors import RuleViolation
from center.plain_numbers import row_number
from center.requests import PersonRequest
from merchants.forms import FilesInput, put_on
from merchants.papers import sending
from merchants.papers.intake import LAST, clean_upload
from merchants.papers.limits import MAX_BYTES
from merchants.papers.refusals import refusal as paper_refusal
from programs.admin.sessions import render_desk
from programs.models import Material, Session
from programs.services import materials


class _Files(forms.FileField):
    """Several at once, as they came: each is opened, kept or refused by itself."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(_Files, self).clean(one, initial) for one in data or [None]]


class MaterialForm(forms.Form):
    upload = _Files(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "PDFs (slides are saved as such) or pictures, up to 15 MB each and 50 MB together. You"
            " can choose several at once."
        ),
        widget=FilesInput(attrs={"accept": ".pdf,image/*", "multiple": True}),
        error_messages={"required": gettext_lazy("Choose a file first.")},
        allow_empty_file=True,  # refused with its name, when it is opened
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_files(request: PersonRequest, pk: int) -> HttpResponse:
    """The files there are; one more, or one less."""
    session = get_object_or_404(Session.objects.select_related("program"), pk=pk)
    wanted = row_number(request.POST.get("remove", ""))
    if request.method == "POST" and wanted:
        for row in session.files.there().filter(pk=wanted):
            materials.remove(material=row)
            messages.success(request, _("“%(name)s” was taken away.") % {"name": row.name})
        return redirect("admin:session_files", session.pk)
    form = MaterialForm(request.POST, request.FILES) if request.method == "POST" else MaterialForm()
    if form.is_valid() and _are_added(request, session, form):
        return redirect("admin:session_files", session.pk)
    return _page(request, session, form)


def _are_added(request: PersonRequest, session: Session, form: MaterialForm) -> bool:
    """Put the files there; else the form says which are not, and why. Good ones stay."""
    kept: list[Material] = []
    last = ""
    try:
        uploads = sending.files_of(request, field="upload").getlist("upload")
    except RuleViolation as refusal:
        put_on(form, refusal)
        return False
    for upload in uploads:
        try:
            if last in LAST:  # the others would have to wait as long
                raise paper_refusal("paper_busy", "upload")
            kept.append(_added(request, session, upload))
        except RuleViolation as refusal:
            last = refusal.codes[0]
            form.add_error("upload", f"{upload.name}: {refusal.violations[0].sentence}")
    _tell(request, kept)
    return not form.errors


def _added(request: PersonRequest, session: Session, upload: UploadedFile) -> Material:
    file = clean_upload(upload, field="upload", most_pages=materials.MOST_PAGES)
    return materials.add(session=session, file=file, by=request.user)


def _tell(request: HttpRequest, kept: list[Material]) -> None:
    if len(kept) == 1:
        said = _(
            "“%(name)s” is there. Those who take part find it on the page of their application."
        )
        messages.success(request, said % {"name": kept[0].name})
    elif kept:
        said = _(
            "%(n)d files are there. Those who take part find them on the page of their application."
        )
        messages.success(request, said % {"n": len(kept)})


def _page(request: HttpRequest, session: Session, form: MaterialForm) -> HttpResponse:
    context = {
        "title": _("Materials"),
        "session": session,
        "program": session.program,
        "files": session.files.there().select_related("added_by"),
        "most": materials.MOST,
        "max_bytes": MAX_BYTES,
        "quiet": int(materials.QUIET.total_seconds() // 60),
        "form": form,
    }
    return render_desk(request, "files", context, 400 if form.errors else 200)
