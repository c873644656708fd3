"""A business's own applications: the list, each of them, its files, withdrawing, offers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from center import access, clock
from center.errors import RuleViolation
from center.models import AccessAction, User
from center.requests import PersonRequest
from merchants.papers.store import PaperLost, PaperUnreadable
from programs import links, partner_pages, progress, selectors
from programs.models import AnswerFile, Application, ApplicationState, Material
from programs.services import answer_files, apply, leaving, materials, places

log = structlog.get_logger(__name__)
PAGE = 20


@login_required
@require_safe
def program_mine(request: PersonRequest) -> HttpResponse:
    """Every application of the person's businesses, what waits for him first; on the first page
    those others lead, which have pages of their own (``others``)."""
    page = Paginator(selectors.applications_of(request.user), PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "rows": progress.rows(page.object_list)}
    if page.number == 1 or "others" in request.GET:
        led = Paginator(partner_pages.led_by_others(request.user), PAGE)
        context["led_by_others"] = led.get_page(request.GET.get("others"))
    return render(request, "programs/mine.html", context)


@login_required
@require_safe
def application(request: PersonRequest, receipt: str) -> HttpResponse:
    """One application: every field, where it stands, what can be done with it."""
    found = selectors.application_for(request.user, receipt)
    context = progress.page_of(found, clock.now(), reader=request.user)
    return render(request, "programs/application.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application_withdraw(request: PersonRequest, receipt: str) -> HttpResponse:
    """Withdraw, or throw a draft away; asked once more."""
    found = selectors.application_for(request.user, receipt)
    is_draft = found.state == ApplicationState.DRAFT
    if request.method != "POST":
        goes = leaving.goes_with(found, clock.now())
        context = {"application": found, "is_draft": is_draft, "goes": goes}
        return render(request, "programs/application_withdraw.html", context)
    try:
        if is_draft:
            apply.discard(application=found)
            messages.success(request, _("The draft has been thrown away."))
            return redirect("program_mine")
        apply.withdraw(application=found, by=request.user)
        messages.success(request, _("The application has been withdrawn."))
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
    return redirect(found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def program_offer(request: HttpRequest, token: str) -> HttpResponse:
    """A place that became free, and the answer; the link is one person's key, no log-in is
    asked. One that is nobody's asks for it."""
    found, person = _of_token(token)
    if person is None:
        return render(request, "programs/offer_old.html")
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "accept":
                places.accept(application=found, by=person)
            elif request.POST.get("answer") == "decline":
                places.decline(application=found, by=person)
                messages.success(request, _("The place goes to the next in line. Thank you."))
        except RuleViolation as refusal:
            messages.warning(request, refusal.violations[0].sentence)
        return redirect("program_offer", token)
    is_open = found.offer_is_open(clock.now())
    return render(request, "programs/offer.html", {"application": found, "is_open": is_open})


def _of_token(token: str) -> tuple[Application, User | None]:
    try:
        return links.offer_of(token)
    except Application.DoesNotExist:
        raise Http404 from None


@login_required
@require_safe
def answer_file(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """A file of an answer, to be saved; staff are written down."""
    file = selectors.file_for(request.user, public_id)
    if request.user.has_perm("programs.view_application"):
        subjects = [file.application.merchant]
        access.record(request, action=AccessAction.VIEW, subjects=subjects)
    return file_answer(file)


@login_required
@require_safe
def material(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """A file of a session, to be saved; whoever takes it is in the log."""
    file = selectors.material_for(request.user, public_id)
    log.info("material_taken", material=file.pk, session=file.session_id, person=request.user.pk)
    return saved(file, partial(materials.content_of, file))


@login_required
@require_safe
def product_photo(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    picture = selectors.photo_for(request.user, public_id)
    return plain(bytes(picture.content), picture.content_type, "inline")


def file_answer(file: AnswerFile) -> HttpResponse:
    """The file itself, for whoever was let through to it."""
    return saved(file, partial(answer_files.content_of, file))


def saved(file: AnswerFile | Material, content_of: Callable[[], bytes]) -> HttpResponse:
    """A file to be saved under its name, or that it cannot be had at the moment."""
    try:
        content = content_of()
    except (PaperLost, PaperUnreadable) as error:
        log.error("answer_unreadable", file=f"{file._meta.label} {file.pk}", error=str(error))
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    return plain(content, file.content_type, content_disposition_header(True, file.name))


def plain(content: bytes, content_type: str, disposition: str | None) -> HttpResponse:
    """Even a file that slipped through runs nothing."""
    headers = {
        "Content-Disposition": disposition or "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
