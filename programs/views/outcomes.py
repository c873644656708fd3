"""What a program brought, and how it was: open to members of the business by their links."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from center.errors import RuleViolation
from center.models import User
from programs import outcome_links, outcome_refusals
from programs.forms.outcomes import OutcomeForm, SatisfactionForm
from programs.models import Application, Outcome, OutcomeState, Satisfaction
from programs.services import outcomes
from programs.services import satisfaction as opinions


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, token: str) -> HttpResponse:
    """The figures of one stage; sent again they are corrected."""
    try:
        row, person = outcome_links.outcome_of(token)
    except Outcome.DoesNotExist:
        raise Http404 from None
    if refused := _not_theirs(request, row.application, person):
        return refused
    kind = row.application.program.the_kind
    data = request.POST if request.method == "POST" else None
    form = OutcomeForm(data, initial=_kept(row), kind=kind)
    try:
        outcomes.refuse_unless_open(row)
        if form.is_valid():
            outcomes.answer(outcome=row, said=form.said)
            return redirect(f"{request.path}?kept=1")
    except RuleViolation as refusal:
        return _closed(request, row.application, refusal, given=row.answered_at is not None)
    context = {"row": row, "form": form, "until": outcomes.open_until(row)}
    context["kept"] = "kept" in request.GET and row.state == OutcomeState.ANSWERED
    return render(request, "programs/outcome.html", context, status=400 if form.is_bound else 200)


def _kept(row: Outcome) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("use", "sales", "orders", "viewers", "text")}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def satisfaction(request: HttpRequest, token: str) -> HttpResponse:
    """The three questions, or the thanks, or why it is too late."""
    try:
        application, person = outcome_links.application_of(token)
    except Application.DoesNotExist:
        raise Http404 from None
    if refused := _not_theirs(request, application, person):
        return refused
    form = SatisfactionForm(request.POST if request.method == "POST" else None)
    try:
        opinions.refuse_unless_open(application)
        if form.is_valid():
            opinions.give(application=application, **form.cleaned_data)
            return redirect(request.path)
    except RuleViolation as refusal:
        given = Satisfaction.objects.filter(application=application).exists()
        return _closed(request, application, refusal, given=given)
    status = 400 if form.is_bound else 200
    context = {"application": application, "form": form}
    return render(request, "programs/satisfaction.html", context, status=status)


def _not_theirs(
    request: HttpRequest, application: Application, person: User | None
) -> HttpResponse | None:
    """A link of nobody leads to the application, where who belongs to it logs in; that of
    somebody who has left the business opens nothing."""
    if person is None:
        return redirect(application)
    if outcome_links.may_answer(person, application):
        return None
    gone = RuleViolation(outcome_refusals.acts_no_more())
    return _closed(request, application, gone, given=False)


def _closed(
    request: HttpRequest, application: Application, refusal: RuleViolation, *, given: bool
) -> HttpResponse:
    """Somebody who has just answered is thanked; who sends again hears that it is done."""
    context = {
        "program": application.program,
        "violations": refusal.violations,
        "given": given,
    }
    status = 200 if request.method != "POST" else 409
    return render(request, "programs/outcome_closed.html", context, status=status)
