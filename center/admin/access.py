"""The access log to read, and the page on which a month of it is signed off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from center import access, access_review, clock, csv_file, pieces
from center.errors import RuleViolation
from center.models import AccessRecord, AccessReview
from center.plain_numbers import row_number
from center.purposes import TakenOut, purpose_required
from center.read_only_admin import ReadOnlyAdmin

_COLUMNS = ["at", "actor_label", "address", "action", "subject_kind", "subject_ids", "what"]


class ReviewForm(forms.Form):
    note = forms.CharField(
        label=_("Finding"),
        help_text=_("What you looked at, what was unusual and what was done about it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """Who looked at whose data. Looking at this log is not itself written into it."""

    change_list_template = "admin/center/access_records.html"
    list_display = [
        "at",
        "actor_label",
        "address",
        "action",
        "kind",
        "subject_count",
        "subject_label",
        "purpose",
    ]
    list_filter = ["action"]
    search_fields = ["actor_label", "what", "purpose", "request_id"]
    search_help_text = _("Who, what was shown, purpose, request number")
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("actor")

    @admin.display(description=_("kind of data"))
    def kind(self, record: AccessRecord) -> str:
        return record.kind_name

    @admin.display(description=_("people or businesses"))
    def subject_count(self, record: AccessRecord) -> int:
        return record.subject_count

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("review/", wrap(self.review), name="center_access_review"),
            path(
                "review/<int:year>-<int:month>.csv",
                wrap(self.download),
                name="center_access_download",
            ),
            *super().get_urls(),
        ]

    def review(self, request: HttpRequest) -> HttpResponse:
        """A month's figures; a manager signs it off with a finding."""
        if not request.user.has_perm("center.view_accessrecord"):
            raise PermissionDenied
        month = _month_of(request)
        form = ReviewForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._sign(request, month, form.cleaned_data["note"])
        context = {
            **self.admin_site.each_context(request),
            **_review_context(month),
            "title": _("Monthly review of the access log"),
            "may_sign": request.user.has_perm("center.add_accessreview"),
            "form": form,
        }
        return TemplateResponse(request, "admin/center/access_review.html", context)

    def _sign(self, request: HttpRequest, month: dt.date, note: str) -> HttpResponse:
        if not request.user.has_perm("center.add_accessreview"):
            raise PermissionDenied
        try:
            access_review.sign(month=month, by=request.user, note=note)  # type: ignore[arg-type]
            self.message_user(request, _("Signed off."), messages.SUCCESS)
        except RuleViolation as refusal:
            violation = refusal.violations[0]
            self.message_user(request, f"{violation.message} {violation.remedy}", messages.WARNING)
        return redirect(f"{reverse('admin:center_access_review')}?month={month:%Y-%m}")

    def download(self, request: HttpRequest, year: int, month: int) -> Any:
        if not request.user.has_perm("center.view_accessrecord"):
            raise PermissionDenied
        return _download(request, _first_day(year, month))


def _review_context(month: dt.date) -> dict[str, Any]:
    reviews = AccessReview.objects.select_related("signed_by")
    return {
        "month": month,
        "of_month": f"at__year={month.year}&at__month={month.month}",
        "is_over": clock.month_bounds(month)[1] <= clock.now(),
        "figures": access_review.figures(month),
        "review": reviews.filter(month=month).first(),
        "reviews": reviews[:24],
        "open_months": access_review.open_months(),
        "office_opens": settings.OFFICE_OPENS,
        "office_closes": settings.OFFICE_CLOSES,
        "many": settings.ACCESS_MANY_SUBJECTS,
    }


@purpose_required
def _download(request: HttpRequest, month: dt.date) -> TakenOut:
    """A month of the log for an inspector: data about the people who work here; where the
    system alone acted, the rows themselves are named."""
    rows = access_review.records_of(month)
    people = rows.exclude(actor=None).order_by().values_list("actor_id", flat=True)
    actors = list(people.distinct())
    names = [label_for_field(name, AccessRecord) for name in _COLUMNS]
    answer = csv_file.response(
        f"접속기록_{month:%Y-%m}.csv", names, pieces.rows(rows, _COLUMNS, by=("-at", "-pk"))
    )
    own: access.Subjects = ("accessrecord", rows.order_by().values_list("pk", flat=True))
    return TakenOut(answer, subjects=("user", actors) if actors else own)


def _month_of(request: HttpRequest) -> dt.date:
    """The month asked for, else the oldest open one, else the present one."""
    asked = request.GET.get("month", "")
    if asked:
        year, _dash, month = asked.partition("-")
        return _first_day(row_number(year), row_number(month))
    waiting = access_review.open_months()
    return waiting[0].month if waiting else clock.today().replace(day=1)


def _first_day(year: int, month: int) -> dt.date:
    if not (2000 <= year < 2100 and 1 <= month <= 12):
        raise Http404
    return dt.date(year, month, 1)
