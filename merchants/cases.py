"""One case of verification as its page shows it. Reads only, a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _

from center import clock, display
from center.models import AccessAction, AccessRecord, User
from merchants import business_number, contacts, dossiers, likeness, queue, regions
from merchants.dossiers import PaperView, view_of
from merchants.findings import Facts, Finding, Weight, findings
from merchants.history import PastDecision, past_decisions
from merchants.models import (
    Document,
    DocumentKind,
    JoinRequest,
    Merchant,
    MerchantKind,
    MerchantState,
    Suspension,
)

#: in the order in which they stand on the business registration certificate
ON_CERTIFICATE = ("number", "name", "representative", "founded_on", "address", "section", "kind")
#: told by the owner, proven by nothing
TOLD = ("district", "phone", "market_area", "online_shops", "traits")
_TRAITS = ("women_owned", "youth_owned", "disabled_owned")
_COLUMNS = (*ON_CERTIFICATE, *TOLD[:-1], *_TRAITS)
#: so many that look alike are named
_NEIGHBOURS = 20
#: minutes within which another look at the same case counts as "at the same time"
_RECENT = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Entry:
    """A fact as entered; ``before`` is what staff saw last where it differs, else None."""

    field: str
    label: str
    value: str
    before: str | None


@dataclass(frozen=True)
class Case:
    merchant: Merchant
    news: list[str]
    due: dt.datetime | None
    is_overdue: bool
    papers: list[PaperView]
    on_certificate: list[Entry]
    told: list[Entry]
    findings: list[Finding]
    suspension: Suspension | None
    other_viewer: AccessRecord | None
    past: list[PastDecision]

    @property
    def concerns(self) -> list[Finding]:
        """What is not simply in order."""
        return [finding for finding in self.findings if finding.weight != Weight.OK]

    @property
    def in_order(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.weight == Weight.OK]


def case_of(merchant: Merchant, viewer: User) -> Case:
    """Everything a decision rests on. At most 9 queries, whatever there is."""
    papers, now = dossiers.current_papers(merchant), clock.now()
    suspension = merchant.suspensions.in_force(now).order_by("-ends").first()
    due, has_new = queue.due_of(merchant), any(paper.checked_at is None for paper in papers)
    seen = seen_before(merchant)
    return Case(
        merchant=merchant,
        news=queue.news(merchant, has_new) if merchant.awaits_decision else [],
        due=due,
        is_overdue=due is not None and due < now,
        papers=[view_of(paper) for paper in papers],
        on_certificate=entries(ON_CERTIFICATE, values_of(merchant), seen),
        told=entries(TOLD, values_of(merchant), seen),
        findings=findings(_facts(merchant, papers, suspension, clock.day_of(now))),
        suspension=suspension,
        other_viewer=_other_viewer(merchant, viewer, now),
        past=past_decisions(merchant),
    )


def _facts(
    merchant: Merchant, papers: Sequence[Document], suspension: Suspension | None, today: dt.date
) -> Facts:
    return Facts(
        merchant=merchant,
        asked=list(DocumentKind.objects.asked_of(merchant.kind)),
        papers=papers,
        neighbours=_neighbours(merchant),
        suspension=suspension,
        open_requests=merchant.join_requests.filter(state=JoinRequest.State.OPEN).count(),
        today=today,
    )


def _neighbours(merchant: Merchant) -> list[Merchant]:
    """Registered businesses that share the telephone, the address or the representative."""
    alike = Q(representative=merchant.representative)
    if plain := likeness.plain_phone(merchant.phone):
        alike |= Q(plain_phone=plain)
    if plain := likeness.plain_address(merchant.address):
        alike |= Q(plain_address__iexact=plain)
    others = contacts.with_plain_contacts(Merchant.objects.registered())
    return list(others.filter(alike).exclude(pk=merchant.pk)[:_NEIGHBOURS])


def values_of(merchant: Merchant) -> dict[str, Any]:
    return {name: getattr(merchant, name) for name in _COLUMNS}


def seen_before(merchant: Merchant) -> dict[str, Any] | None:
    """The entries as staff saw them when they last decided; None before they ever did."""
    events = apps.get_model("merchants", "MerchantEvent").objects.filter(pgh_obj_id=merchant.pk)
    if merchant.decided_at is not None:
        rows = events.filter(decided_at=merchant.decided_at).order_by("pgh_id")
    elif merchant.state == MerchantState.VERIFIED:  # taken over from an older register
        rows = events.filter(review_asked_at=None).order_by("-pgh_id")
    else:
        return None
    return rows.values(*_COLUMNS).first()


def changed_since(merchant: Merchant, revision: int) -> list[str]:
    """What differs from the case as it was at ``revision``, in words. 3 queries."""
    events = apps.get_model("merchants", "MerchantEvent").objects.filter(pgh_obj_id=merchant.pk)
    seen = events.filter(revision__lte=revision).order_by("-pgh_id").first()
    if seen is None:
        return []
    before = {name: getattr(seen, name) for name in _COLUMNS}
    every = entries((*ON_CERTIFICATE, *TOLD), values_of(merchant), before)
    changed = [entry.label for entry in every if entry.before is not None]
    if seen.state != merchant.state:
        changed.append(_("state: %(state)s") % {"state": merchant.get_state_display()})
    papers = merchant.documents.filter(touched_at_revision__gt=revision).select_related("kind")
    changed += dict.fromkeys(paper.kind.display_name for paper in papers)
    suspensions = merchant.suspensions.filter(touched_at_revision__gt=revision)
    return [*changed, _("suspension")] if suspensions.exists() else changed


def entries(
    fields: Sequence[str], now: Mapping[str, Any], before: Mapping[str, Any] | None
) -> list[Entry]:
    """The fields in words, each with what it was where that differs."""
    found = []
    for field in fields:
        value = in_words(field, now)
        was = in_words(field, before) if before is not None else value
        found.append(Entry(field, label_of(field), value, was if was != value else None))
    return found


def label_of(field: str) -> str:
    if field == "traits":
        return _("voluntary statements")
    if field == "district":  # shown by its name, not its code
        return _("district")
    return str(Merchant._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def in_words(field: str, values: Mapping[str, Any]) -> str:
    """A field as people read it; a dash where nothing was entered."""
    if field == "traits":
        words = [label_of(name) for name in _TRAITS if values[name]]
        return ", ".join(words) or "–"
    value = values[field]
    if not value:
        return "–"
    match field:
        case "number":
            return business_number.display(value)
        case "kind":
            return str(MerchantKind(value).label)
        case "district":
            return regions.district_name(value)
        case "section":
            return f"{value} {regions.section_name(value)}"
        case "founded_on":
            return display.full_day(value)
    return str(value)


def _other_viewer(merchant: Merchant, viewer: User, now: dt.datetime) -> AccessRecord | None:
    """Who else opened the case a moment ago."""
    return (
        AccessRecord.objects.about("merchant", merchant.pk)
        .filter(action=AccessAction.VIEW, at__gt=now - _RECENT, at__lte=now)
        .exclude(actor=viewer)
        .filter(actor__isnull=False)
        .first()
    )
