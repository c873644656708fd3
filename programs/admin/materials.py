"""Files for those who take part in a session, in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants.forms import put_on
from merchants.papers import sending
from merchants.papers.intake import clean_upload
from merchants.papers.limits import MAX_BYTES
from programs.admin.sessions import render_desk
from programs.models import Session
from programs.services import materials

#: longer ones are no numbers of rows
_LONGEST_PK = 16


class MaterialForm(forms.Form):
    upload = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A PDF (slides are saved as one) or a picture, up to 15 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,image/*"}),
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_files(request: PersonRequest, pk: int) -> HttpResponse:
    """The files there are; one more, or one less."""
    session = get_object_or_404(Session.objects.select_related("program"), pk=pk)
    wanted = request.POST.get("remove", "")
    if request.method == "POST" and wanted.isdecimal() and len(wanted) < _LONGEST_PK:
        for row in session.files.there().filter(pk=int(wanted)):
            materials.remove(material=row)
            messages.success(request, _("“%(name)s” was taken away.") % {"name": row.name})
        return redirect("admin:session_files", session.pk)
    form = MaterialForm(request.POST, request.FILES) if request.method == "POST" else MaterialForm()
    if form.is_valid() and _is_added(request, session, form):
        return redirect("admin:session_files", session.pk)
    return _page(request, session, form)


def _is_added(request: PersonRequest, session: Session, form: MaterialForm) -> bool:
    """Put the file there; else the form says why not."""
    try:
        sending.files_of(request, field="upload")
        upload = form.cleaned_data["upload"]
        file = clean_upload(upload, field="upload", most_pages=materials.MOST_PAGES)
        row = materials.add(session=session, file=file, by=request.user)
    except RuleViolation as refusal:
        put_on(form, refusal)
        return False
    said = _("“%(name)s” is there. Those who take part find it on the page of their application.")
    messages.success(request, said % {"name": row.name})
    return True


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
