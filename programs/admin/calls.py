"""The builder: a call with its questions, criteria and places, from draft to published."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from center import clock, display
from center.refusing_admin import RefusingAdmin
from programs import kinds, wording
from programs.admin.drafts import DraftMixin
from programs.forms.calls import CallForm, CriterionForm, QuestionForm, QuestionFormSet
from programs.models import (
    ApplicationState,
    Criterion,
    DistrictQuota,
    Program,
    ProgramState,
    Question,
)
from programs.models.program_states import SCORED_BY
from programs.services import calls


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return kinds.choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


#: what somebody who applied was told of the rules
_FIXED_ONCE_APPLIED = [
    *SCORED_BY,
    "shows_scores",
    "offer_hours",
    "districts",
    "sections",
    "merchant_kinds",
    "least_months",
    "most_months",
    "once_a_year",
    "is_joint",
]


class FixedOnceApplied:
    """Mixin of inlines: what applicants have answered or were told stands; what only explains
    it (``corrected``) may be put right."""

    corrected: tuple[str, ...] = ()
    fields: ClassVar[Any]

    def _may(self, request: HttpRequest, program: Program | None) -> bool:
        """Who may change a call may change its parts, until somebody began to answer."""
        may = request.user.has_perm("programs.change_program")
        return may and (program is None or not program.has_been_applied_for)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = request.user.has_perm("programs.change_program")
        return self._may(request, obj) or (may and bool(self.corrected))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None or not obj.has_been_applied_for:
            return []
        return [name for name in flatten(self.fields) if name not in self.corrected]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("programs.view_program")


class QuestionInline(FixedOnceApplied, admin.StackedInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    extra = 0
    corrected = ("label_en", "help")
    fields = [("position", "kind", "is_needed"), "label", "label_en", "help", "choices"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        hints = {
            "choices": _("For lists: the choices, parted by commas."),
            "kind": _("A list of products asks for name, price, stock, shipping and photos."),
        }
        return super().get_formset(request, obj, help_texts=hints, **kwargs)


class CriterionInline(FixedOnceApplied, admin.StackedInline):
    model = Criterion
    form = CriterionForm
    extra = 0
    corrected = ("name_en", "explanation")
    fields = [("position", "weight"), ("name", "name_en"), "explanation"]


class DistrictQuotaInline(FixedOnceApplied, admin.StackedInline):
    model = DistrictQuota
    extra = 0
    fields = [("district", "places")]


@admin.register(Program)
class ProgramAdmin(DraftMixin, RefusingAdmin, admin.ModelAdmin):
    """A call; its state changes by the buttons above it, through the services."""

    view_on_site = False  # one of the buttons
    form = CallForm
    change_form_template = "admin/programs/program/change_form.html"
    list_display = ["title", "kind_shown", "stage_shown", "window_shown", "quota", "applied"]
    list_filter = ["state", KindFilter, "is_listed"]
    search_fields = ["title", "title_en", "slug"]
    inlines = [QuestionInline, CriterionInline, DistrictQuotaInline]
    readonly_fields = ["state_shown", "kind_shown", "published_at", "ended_at", "copied_from"]
    fieldsets = [
        (None, {"fields": ["state_shown", "kind", "title", "summary", "body"]}),
        (
            _("Window"),
            {"fields": [("opens_at", "closes_at"), "results_on", ("runs_from", "runs_until")]},
        ),
        (
            _("Places"),
            {"fields": ["selection", ("quota", "reserve"), "offer_hours"]},
        ),
        (
            _("Waiting room at the opening"),
            {
                "classes": ["collapse"],
                "description": _(
                    "For calls that many will want in the same minute. Those who wait before the"
                    " opening are put in an order drawn by lot, later ones follow as they come."
                ),
                "fields": [("queue_inside", "queue_per_minute")],
            },
        ),
        (
            _("Scored by evaluators"),
            {
                "classes": ["collapse"],
                "fields": [
                    "threshold",
                    "evaluators_each",
                    "drops_extremes",
                    "tie_rules",
                    "shows_scores",
                ],
            },
        ),
        (
            _("Who may apply"),
            {
                "fields": [
                    "districts",
                    "sections",
                    "merchant_kinds",
                    ("least_months", "most_months"),
                    "once_a_year",
                    "repeat_percent",
                    "is_joint",
                    "papers",
                ]
            },
        ),
        (_("Poster"), {"fields": ["new_poster", "poster_alt"]}),
        (
            _("More"),
            {
                "classes": ["collapse"],
                "fields": [
                    "slug",
                    "is_listed",
                    "partner",
                    "contact",
                    "title_en",
                    "summary_en",
                    "body_en",
                    "completion_percent",
                    "absences_allowed",
                    "published_at",
                    "ended_at",
                    "copied_from",
                ],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        handed_in = Q(applications__state__in=ApplicationState.handed_in)
        rows = super().get_queryset(request).defer("body", "body_en")
        return rows.annotate(applied_count=Count("applications", filter=handed_in))

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, program: Program) -> str:
        return wording.kind_name(program)

    @admin.display(description=_("stands at"), ordering="state")
    def stage_shown(self, program: Program) -> str:
        if program.state == ProgramState.PUBLISHED:
            return wording.stage(program, clock.now()).text
        return program.get_state_display()

    @admin.display(description=_("state"))
    def state_shown(self, program: Program) -> str:
        return program.get_state_display()

    @admin.display(description=_("applications until"), ordering="closes_at")
    def window_shown(self, program: Program) -> str:
        return display.end(program.closes_at)

    @admin.display(description=_("applications"), ordering="applied_count")
    def applied(self, program: Any) -> int:
        return int(program.applied_count)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only; the database keeps what has been published."""
        may = super().has_delete_permission(request, obj)
        return may and obj is not None and obj.state == ProgramState.DRAFT

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What was published as the rules stands once somebody has applied, and what completes
        the program once a session of it has taken place."""
        fixed = list(self.readonly_fields)
        if obj is not None and obj.state != ProgramState.DRAFT:
            fixed.append("kind")  # shown as ``kind_shown``, and not asked for again
        if obj is not None and obj.has_been_applied_for:
            fixed += _FIXED_ONCE_APPLIED
        if obj is not None and obj.has_been_held:
            fixed.append("completion_percent")
        return fixed

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The kind of a published call is read, not chosen."""
        sets = super().get_fieldsets(request, obj)
        if obj is None or obj.state == ProgramState.DRAFT:
            return sets
        return [
            (title, {**said, "fields": [_kind_read(f) for f in said["fields"]]})
            for title, said in sets
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        if obj.poster is not None and obj.poster.pk is None:
            obj.poster.save()
            obj.poster = obj.poster
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        calls.after_change(program=form.instance)


def _kind_read(field: Any) -> Any:
    return "kind_shown" if field == "kind" else field
