"""A product about which the house asks something, corrected in place by its business."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants.forms import put_on
from programs import event_pages
from programs.forms.events import ProductAnswerForm
from programs.services import exhibitions


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: PersonRequest, pk: int) -> HttpResponse:
    """What is asked for, above the entries of the product."""
    row = event_pages.product_for(request.user, pk)
    application, asked = row.application, row.review
    form = ProductAnswerForm.of(row, request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            exhibitions.answer(product=row, entries=form.cleaned_data)
        except RuleViolation as refusal:
            put_on(form, refusal)
            status = 409
        else:
            messages.success(request, _("Thank you. We look at the product again."))
            return redirect(application)
    context = {"form": form, "application": application, "asked": asked}
    return render(request, "programs/product.html", context, status=status)
