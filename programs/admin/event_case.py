"""One participant of a broadcast or an exhibition: products, slots, cue sheet, results, booth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import access
from center.admin_site import AdminPage, CenterAdminSite
from center.errors import RuleViolation
from center.models import AccessAction
from center.plain_numbers import row_number
from center.requests import PersonRequest
from merchants.forms import put_on
from programs import event_pages, room_choices
from programs.admin.events import PERMISSION, shown
from programs.forms.events import (
    BoothForm,
    BroadcastForm,
    CueSheet,
    ResultsForm,
    ReviewForm,
    SettlementForm,
    SlotForm,
    cue_rows,
)
from programs.forms.events import chosen as chosen_slot
from programs.models import Application, Broadcast, Product, ReviewState, SessionKind
from programs.services import broadcasts, exhibitions, sessions
from programs.services.broadcasts import Sold


@require_http_methods(["GET", "HEAD", "POST"])
def event_case(request: PersonRequest, pk: int) -> HttpResponse:
    """All of it on one page; each part is sent by itself (``act``)."""
    row = event_pages.case_of(pk)
    act = request.POST.get("act", "")
    sent = _forms(row, request, act)
    if act not in _ACTS:
        return _page(request, row, sent, status=200)
    form = sent[act]
    if not form.is_valid():
        return _page(request, row, sent, status=400)
    try:
        _ACTS[act](request, row, form)
    except RuleViolation as refusal:
        ways = _ways_out(form, refusal)  # before it loses the field that is refused
        if isinstance(form, forms.Form):
            put_on(form, refusal)
        else:
            messages.warning(request, refusal.violations[0].sentence)
        return _page(request, row, sent, ways=ways, status=409)
    access.record(request, action=AccessAction.CHANGE, subjects=[row.merchant])
    messages.success(request, _("Kept."))
    return redirect("admin:event_case", pk)


def _ways_out(form: object, refusal: RuleViolation) -> room_choices.Choices | None:
    """Other times and rooms, where the studio is what stands against a slot."""
    place = form.place if isinstance(form, SlotForm) else None
    if not isinstance(form, SlotForm) or place is None:
        return None
    if not set(refusal.codes) <= room_choices.HELPED:
        return None
    return room_choices.choices_for(place, form.span)


def _forms(row: Application, request: PersonRequest, act: str) -> dict[str, Any]:
    """Every form of the page; the one that was sent is bound."""
    data = request.POST
    about = Broadcast.objects.filter(application=row).first()
    products = event_pages.products_of(row)
    chosen = [product for product in products if product.is_chosen]
    cues = list(about.cues.values("minute", "what", "who")) if about else []
    booth = BoothForm(data if act == "booth" else None, initial=_booth(row))
    booth.fields["booth"].queryset = row.program.booths.all()  # type: ignore[attr-defined]
    return {
        "choose": _choice(products, data if act == "choose" else None),
        "describe": BroadcastForm(data if act == "describe" else None, initial=_about(about)),
        "slot": SlotForm(chosen_slot(data))
        if act == "slot"
        else SlotForm(initial=event_pages.next_slot(row)),
        "cues": CueSheet(data if act == "cues" else None, initial=cues, prefix="cue"),
        "results": ResultsForm(
            data if act == "results" else None, products=chosen, initial=_results(about)
        ),
        "review": ReviewForm(data if act == "review" else None),
        "booth": booth,
        "settle": SettlementForm(data if act == "settle" else None, initial=_settled(row)),
    }


def _choice(products: list[Product], data: Any) -> forms.Form:
    """The chosen among the application's products."""
    form = forms.Form(data)
    form.fields["products"] = forms.TypedMultipleChoiceField(
        label=_("Products"),
        choices=[(product.pk, product.name) for product in products],
        coerce=int,
        required=False,
        initial=[product.pk for product in products if product.is_chosen],
        widget=forms.CheckboxSelectMultiple,
    )
    return form


def _about(about: Broadcast | None) -> dict[str, Any]:
    names = ("platform", "link", "host", "crew")
    return {name: getattr(about, name) for name in names} if about else {}


def _results(about: Broadcast | None) -> dict[str, Any]:
    if about is None:
        return {}
    found: dict[str, Any] = {"viewers": about.viewers, "likes": about.likes}
    for result in about.results.all():
        found[f"orders_{result.product_id}"] = result.orders
        found[f"sales_{result.product_id}"] = result.sales
    return found


def _booth(row: Application) -> dict[str, Any]:
    return {"booth": getattr(row, "booth", None)}


def _settled(row: Application) -> dict[str, Any]:
    kept = getattr(row, "settlement", None)
    names = ("sales", "orders", "fee", "note")
    return {name: getattr(kept, name) for name in names} if kept else {}


def _page(
    request: PersonRequest,
    row: Application,
    sent: dict[str, Any],
    *,
    ways: room_choices.Choices | None = None,
    status: int,
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[row.merchant])
    bound = next((form for form in sent.values() if form.is_bound), sent["describe"])
    context = {
        "title": f"{row.merchant} · {row.program}",
        "row": row,
        "kind": row.program.the_kind,
        "products": event_pages.products_of(row),
        "slots": event_pages.slots_of(row),
        "forms": sent,
        "choices": ways,
        "form": bound if isinstance(bound, forms.Form) else None,
    }
    return shown(request, "case", context, status)


# What each part does when it is sent


def _choose(request: PersonRequest, row: Application, form: forms.Form) -> None:
    broadcasts.choose_products(
        application=row, products=form.cleaned_data["products"], by=request.user
    )


def _describe(request: PersonRequest, row: Application, form: forms.Form) -> None:
    broadcasts.describe(application=row, **form.cleaned_data)


def _slot(request: PersonRequest, row: Application, form: SlotForm) -> None:
    data = form.cleaned_data
    kind = SessionKind(data["kind"])
    sessions.plan(
        by=request.user,
        program=row.program,
        meeting=sessions.Meeting(kind=kind, title=_title(kind, row)),
        starts=form.span.start,
        ends=form.span.end,
        room=form.place,
        application=row,
        override=data["override"],
    )


def _title(kind: SessionKind, row: Application) -> str:
    """In Korean, as programs are."""
    with translation.override("ko"):
        return f"{kind.label} – {row.merchant.name}"[:100]


def _cues(request: PersonRequest, row: Application, sheet: Any) -> None:
    broadcasts.write_cues(application=row, rows=cue_rows(sheet))


def _enter(request: PersonRequest, row: Application, form: ResultsForm) -> None:
    data = form.cleaned_data
    sold = {
        product.pk: Sold(data[f"orders_{product.pk}"], data[f"sales_{product.pk}"])
        for product in form.products
    }
    figures = {"viewers": data["viewers"], "likes": data["likes"]}
    broadcasts.enter_results(application=row, sold=sold, by=request.user, **figures)


def _review(request: PersonRequest, row: Application, form: forms.Form) -> None:
    wanted = request.POST.get("product", "")
    product = get_object_or_404(row.products.ready(), pk=row_number(wanted))
    state = ReviewState(form.cleaned_data["state"])
    reason = form.cleaned_data["reason"]
    exhibitions.review(product=product, state=state, reason=reason, by=request.user)


def _give_booth(request: PersonRequest, row: Application, form: forms.Form) -> None:
    exhibitions.give_booth(application=row, booth=form.cleaned_data["booth"], by=request.user)


def _settle(request: PersonRequest, row: Application, form: forms.Form) -> None:
    exhibitions.settle(application=row, by=request.user, **form.cleaned_data)


_ACTS: dict[str, Callable[[PersonRequest, Application, Any], None]] = {
    "choose": _choose,
    "describe": _describe,
    "slot": _slot,
    "cues": _cues,
    "results": _enter,
    "review": _review,
    "booth": _give_booth,
    "settle": _settle,
}
_site = cast("CenterAdminSite", admin.site)
_site.add_page(AdminPage("events/case/<int:pk>/", "event_case", event_case, PERMISSION))
