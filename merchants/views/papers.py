"""Handing in papers, and showing them to those who may see them."""

from __future__ import annotations

import uuid

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from center import access, clock
from center.errors import RuleViolation
from center.models import AccessAction
from center.purposes import TakenOut, purpose_required
from center.requests import PersonRequest
from merchants import selectors
from merchants.forms import PaperForm
from merchants.models import Document, DocumentKind, DocumentPage, Merchant
from merchants.papers import previews, sending
from merchants.papers.limits import MAX_BYTES
from merchants.papers.store import PaperLost, PaperUnreadable
from merchants.selectors import PaperCard
from merchants.services import papers as services
from merchants.views.registration import steps

log = structlog.get_logger(__name__)
#: widths of previews that may be asked for: a thumbnail, a page, a page to zoom into
WIDTHS = {"240": 240, "1200": 1200, "2400": 2400}


@login_required
@require_safe
def papers(request: PersonRequest) -> HttpResponse:
    """Every paper that is asked for, each with its own form."""
    return _page(request, selectors.owned_merchant(request.user))


@login_required
@require_POST
def paper_upload(request: PersonRequest, code: str) -> HttpResponse:
    """Take in files and entries of one paper; what is good is kept, whatever else is not."""
    merchant = selectors.owned_merchant(request.user)
    kind = get_object_or_404(DocumentKind.objects.asked_of(merchant.kind), code=code)
    form = _sent_form(request, kind)
    complete = form.is_valid()
    if not complete and not form.kept:
        return _page(request, merchant, sent=(kind, form))
    try:
        paper = services.hand_in(
            merchant=merchant, kind=kind, files=form.kept, entries=form.entries, by=request.user
        )
    except RuleViolation as refusal:
        form.add_error("uploads", [violation.sentence for violation in refusal.violations])
        return _page(request, merchant, sent=(kind, form))
    if not complete:
        messages.info(request, _("The good files have been saved. Please correct the rest."))
        return _page(request, merchant, sent=(kind, form))
    messages.success(request, _saved(paper))
    return redirect("papers")


def _sent_form(request: PersonRequest, kind: DocumentKind) -> PaperForm:
    """With its files, unless the person has sent too many of late: then with that refusal."""
    try:
        return PaperForm(request.POST, sending.files_of(request), kind=kind, prefix=kind.code)
    except RuleViolation as refusal:
        form = PaperForm(request.POST, kind=kind, prefix=kind.code)
        form.add_error("uploads", refusal.violations[0].sentence)
        return form


def _saved(paper: Document) -> str:
    names = {"paper": paper.kind.display_name}
    if paper.lacks_entries:
        return _("%(paper)s: saved. Please enter its number and validity, too.") % names
    return _("%(paper)s: saved.") % names


def _page(
    request: PersonRequest, merchant: Merchant, sent: tuple[DocumentKind, PaperForm] | None = None
) -> HttpResponse:
    cards = selectors.papers_of(merchant, clock.today())
    forms = [(card, sent[1] if sent and sent[0] == card.kind else _form_of(card)) for card in cards]
    context = {
        "merchant": merchant,
        "cards": forms,
        "open": [card for card in cards if card.is_wanted],
        "steps": steps(2) if merchant.is_editable else None,
        "sent": sent[1] if sent else None,
        "max_bytes": MAX_BYTES,
    }
    return render(request, "merchants/papers.html", context, status=400 if sent else 200)


def _form_of(card: PaperCard) -> PaperForm:
    paper = card.paper if card.is_changeable else None
    noted = {"number": paper.number, "valid_until": paper.valid_until} if paper else {}
    return PaperForm(kind=card.kind, prefix=card.kind.code, initial=noted)


@login_required
@require_POST
def paper_file_remove(request: PersonRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """Take one file of a paper back."""
    merchant = selectors.owned_merchant(request.user)
    file = selectors.file_for(request.user, public_id, position)
    if file.document.merchant_id != merchant.pk:
        raise Http404  # staff look at papers, they do not take them back
    try:
        services.remove_file(file=file)
        messages.success(request, _("The file has been taken back."))
    except RuleViolation as refusal:
        messages.error(request, refusal.violations[0].sentence)
    return redirect("papers")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper_file(request: PersonRequest, public_id: uuid.UUID, position: int) -> HttpResponseBase:
    """The file itself, to be saved: for its owner at once, for staff once they say what for."""
    file = selectors.file_for(request.user, public_id, position)
    return _download(request, file) if _is_own(request, file) else _taken_by_staff(request, file)


@purpose_required
def _taken_by_staff(request: HttpRequest, file: DocumentPage) -> TakenOut:
    merchant, kind = file.document.merchant, file.document.kind
    return TakenOut(_download(request, file), subjects=[merchant], what=str(kind))


def _download(request: HttpRequest, file: DocumentPage) -> HttpResponse:
    try:
        content = services.content_of(file)
    except (PaperLost, PaperUnreadable) as error:
        log.error("paper_unreadable", file=file.pk, error=str(error))
        return render(request, "merchants/paper_unreadable.html", {"file": file}, status=503)
    return _answer(content, file.content_type, file.name, attachment=True)


@login_required
@require_safe
def paper_preview(
    request: PersonRequest, public_id: uuid.UUID, position: int, page: int
) -> HttpResponse:
    """One page of a file as a picture."""
    file = selectors.file_for(request.user, public_id, position)
    width = WIDTHS.get(request.GET.get("width", ""), 1200)
    if _is_own(request, file):
        # Drawing takes a while: a picture the browser still has is not drawn again.
        etag = quote_etag(f"{file.sha256}-{page}-{width}")
        answer = get_conditional_response(request, etag=etag) or _drawn(file, page, width)
        if answer.status_code != 503:  # or its absence would be kept
            answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
        return answer
    answer = _drawn(file, page, width)
    if answer.status_code != 503:  # nothing was seen, and the page asks again
        subjects, what = [file.document.merchant], str(file.document.kind)
        access.record(request, action=AccessAction.VIEW, subjects=subjects, what=what)
    return answer


def _drawn(file: DocumentPage, page: int, width: int) -> HttpResponse:
    try:
        content = services.content_of(file)
        drawn = previews.draw(content, file.content_type, page=page, width=width)
    except previews.NoSuchPage:
        raise Http404 from None
    except previews.NotNow:
        return _later()  # nothing is wrong
    except (previews.NotDrawn, PaperLost, PaperUnreadable) as error:
        log.error("paper_not_drawn", file=file.pk, error=str(error))
        return _later()
    return _answer(drawn.content, drawn.content_type, file.name, attachment=False)


def _later() -> HttpResponse:
    """The page around it shows the picture's words and the way to the file, and its script
    asks again."""
    return HttpResponse(status=503, headers={"Retry-After": "5"})


def _is_own(request: PersonRequest, file: DocumentPage) -> bool:
    """Of the person's own business; staff are written down whatever they belong to."""
    mine = file.document.merchant.memberships.filter(user=request.user)
    return not request.user.has_perm("merchants.view_document") and mine.exists()


def _answer(content: bytes, content_type: str, name: str, *, attachment: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(attachment, name) or "inline"
    # Even a file that slipped through runs nothing: no scripts, no forms, no plug-ins.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
