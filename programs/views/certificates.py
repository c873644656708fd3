"""Papers: downloaded by those they are for, checked by anybody."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from center import attempts, clock, display
from center.heavy import paper_work
from center.requests import PersonRequest
from programs import own_sessions, partner_pages, selectors
from programs.attend_forms import NumberForm, normal
from programs.certificate_pdf import pdf_of
from programs.models import Certificate
from programs.parties import Party

_LIMITS = {"certificate_check": "30/10m/ip"}


@login_required
@require_safe
def certificate_pdf(request: PersonRequest, receipt: str) -> HttpResponse:
    """The valid paper of an application for the members of its business; ``?paper=`` names
    the kind where there are two."""
    return _asked_for(request, Party(selectors.application_for(request.user, receipt)))


@login_required
@require_safe
def joint_certificate(request: PersonRequest, pk: int) -> HttpResponse:
    """The same for a business that applied together with a lead: its own paper."""
    row = partner_pages.asked_for(request.user, pk)
    return _asked_for(request, Party(row.application, row))


def _asked_for(request: PersonRequest, party: Party) -> HttpResponse:
    papers = own_sessions.valid_papers_of(party).order_by("kind")
    if kind := request.GET.get("paper"):
        papers = papers.filter(kind=kind)
    paper = papers.first()
    if paper is None:
        raise Http404
    return pdf_response(paper)


def pdf_response(paper: Certificate) -> HttpResponse:
    """Raises TooMuchAtOnceError where others' papers are being made."""
    name = f"{paper.get_kind_display()}_{paper.number}.pdf"
    with paper_work():
        file = pdf_of(paper)
    response = HttpResponse(file, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """Where anybody types the number of a paper."""
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        return redirect("certificate", form.cleaned_data["number"])
    status = 400 if form.is_bound else 200
    return render(request, "programs/certificates.html", {"form": form}, status=status)


@never_cache
@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a paper is genuine: what it is for, whose with most of the name hidden, since
    when, and whether it still holds. Nothing else."""
    if not _may_ask(request):
        return render(request, "programs/certificates.html", {"too_many": True}, status=429)
    paper = Certificate.objects.filter(number=normal(number)).first()
    context = {"number": normal(number), "form": NumberForm(), "paper": paper}
    if paper is not None:
        context["name"] = display.masked(paper.person or paper.business)
        context["issued_on"] = clock.day_of(paper.issued_at)
    return render(request, "programs/certificate.html", context, status=200 if paper else 404)


def _may_ask(request: HttpRequest) -> bool:
    if not attempts.can_be_counted():
        return False
    usage = ratelimit.consume(
        request, app="programs", action="certificate_check", config=_LIMITS, limit_get=True
    )
    return usage is not None
