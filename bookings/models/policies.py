from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.resources import Category, Resource

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _number(
    label: _StrPromise, low: int, high: int, help_text: _StrPromise | str = ""
) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(
        label,
        null=True,
        blank=True,
        help_text=help_text,
        validators=[MinValueValidator(low), MaxValueValidator(high)],
    )


_IN_FORCE = "OLD.valid_from <= (now() AT TIME ZONE 'Asia/Seoul')::date"
_STAYS = """
    RAISE EXCEPTION 'policy %: in force since %', OLD.id, OLD.valid_from
        USING ERRCODE = 'restrict_violation';
"""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Policy(models.Model):
    """Rules of the house from a date on, for one resource, one category, or everything.

    An empty field is inherited: resource from category, category from house, house from the
    defaults in ``bookings.policies.Rules``. The date that counts is the day of use. A row may
    be withdrawn before its first day; from then on it stays, and so does that day.
    """

    resource = models.ForeignKey(
        Resource,
        verbose_name=_("resource"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="policies",
    )
    category = models.CharField(_("category"), max_length=12, choices=Category, blank=True)
    valid_from = models.DateField(_("in force from"))
    slot_minutes = _number(_("grid, minutes"), 5, 720)
    min_minutes = _number(_("shortest use, minutes"), 5, 1440)
    max_minutes = _number(_("longest use, minutes"), 5, 1440)
    buffer_before = _number(_("kept free before, minutes"), 0, 480)
    buffer_after = _number(_("kept free after, minutes"), 0, 480)
    notice_days = _number(_("notice, business days"), 0, 60)
    notice_hours = _number(_("notice, hours"), 0, 720)
    horizon_days = _number(_("how far ahead, days"), 1, 365)
    per_day = _number(_("uses a day and business"), 1, 50)
    per_month = _number(_("uses a month and business"), 1, 500)
    companions = _number(
        _("people who may come along"),
        0,
        500,
        _("Beside the one who comes; the places of the space are the limit in any case."),
    )
    cancel_days = _number(_("cancelling until, days before"), 0, 60)
    cancel_time = models.TimeField(_("cancelling until, time of that day"), null=True, blank=True)
    grace_before = _number(_("entry opens, minutes before"), 0, 240)
    grace_after = _number(_("entry ends, minutes after"), 0, 240)
    needs_approval = models.BooleanField(_("needs approval"), null=True, blank=True)
    approval_days = _number(_("approval within, business days"), 1, 30)
    hold_minutes = _number(_("a choice is held, minutes"), 1, 60)
    offer_minutes = _number(_("an offer of the waiting list is held, minutes"), 5, 1440)
    no_show_days = _number(
        _("suspended after a no-show, days"), 0, 365, _("From the day booked; 0: not suspended.")
    )
    no_show_review = _number(
        _("no-shows until staff look at it"), 1, 20, _("Within the months of the next field.")
    )
    no_show_months = _number(_("months no-shows are counted over"), 1, 24)
    appeal_days = _number(_("appeal against a no-show within, days"), 1, 90)
    needs_training = models.BooleanField(_("training before the first use"), null=True, blank=True)
    overdue_factor = _number(
        _("suspended per day equipment is overdue, days"), 0, 10, _("0: not suspended.")
    )

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["-valid_from", "category", "resource_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "category", "valid_from"],
                nulls_distinct=False,
                name="policy_once_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(resource=None) | models.Q(category=""),
                name="policy_of_one_scope",
                violation_error_message=_(
                    "A rule is for one space, for one category or, with both empty, for the house."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(slot_minutes=None) | models.Q(slot_minutes__gte=5),
                name="policy_grid_at_least_5_minutes",
            ),
            models.CheckConstraint(
                condition=models.Q(min_minutes=None)
                | models.Q(max_minutes=None)
                | models.Q(max_minutes__gte=models.F("min_minutes")),
                name="policy_longest_not_below_shortest",
                violation_error_message=_("The longest use is shorter than the shortest one."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="rule_in_force_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition(_IN_FORCE),
                func=_STAYS,
            ),
            pgtrigger.Trigger(
                name="first_day_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("valid_from"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition(f"{_IN_FORCE} AND OLD.valid_from <> NEW.valid_from"),
                func=_STAYS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope_name} {self.valid_from}"

    def concerns(self, resource: Resource) -> bool:
        """Whether the row is the house's, the resource's category's or its own."""
        if self.resource_id is not None:
            return self.resource_id == resource.pk
        return self.category in ("", resource.category)

    @property
    def scope_name(self) -> str:
        if self.resource is not None:
            return self.resource.display_name
        return str(self.get_category_display() if self.category else _("The whole house"))
