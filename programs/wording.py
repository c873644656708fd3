"""How calls read in lists and sentences, in the language in force."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from center import clock, display
from merchants import regions
from merchants.models import MerchantKind
from programs import kinds, policies
from programs.models import Program, ProgramState, SelectionMode, TieRule

NO_PLACE_LEFT = gettext_lazy("No place left")
RESERVE_ONLY = gettext_lazy("Reserve list only")
#: days before the deadline from which it is urgent
_URGENT = 3


@dataclass(frozen=True)
class Badge:
    text: str
    style: str


def stage(program: Program, now: dt.datetime) -> Badge:
    """Where a call stands for somebody who may want to apply."""
    if program.state == ProgramState.CANCELLED:
        return Badge(_("Called off"), "no")
    if program.state == ProgramState.FINISHED:
        return Badge(_("Finished"), "")
    if program.state == ProgramState.DRAFT:
        return Badge(_("Being prepared"), "")
    if program.state == ProgramState.PUBLISHED and now < program.opens_at:
        return Badge(_("Opening soon"), "")
    if program.is_open(now):
        return Badge(_("Taking applications"), "ok")
    return Badge(_("Applications closed"), "")


def countdown(program: Program, now: dt.datetime) -> Badge | None:
    """``D-3``, ``D-DAY`` on the last day; counted in days of the Korean calendar."""
    if not program.is_open(now):
        return None
    last = clock.day_of(program.closes_at - dt.timedelta(microseconds=1))
    days = (last - clock.day_of(now)).days
    return Badge(f"D-{days}" if days else "D-DAY", "no" if days <= _URGENT else "warn")


def closes(program: Program, now: dt.datetime) -> str:
    """Until when; of one that is over the day with its year."""
    if program.closes_at > now:
        return display.end(program.closes_at)
    return display.full_day(clock.day_of(program.closes_at - dt.timedelta(microseconds=1)))


def window(program: Program) -> str:
    """From when until when one can apply."""
    return _("%(opens)s – %(closes)s") % {
        "opens": display.moment(program.opens_at),
        "closes": display.end(program.closes_at),
    }


def period(program: Program) -> str:
    """When it takes place, as far as that is known."""
    if program.runs_from is None:
        return ""
    if program.runs_until in (None, program.runs_from):
        return display.full_day(program.runs_from)
    return f"{display.full_day(program.runs_from)} – {display.full_day(program.runs_until)}"


def places(program: Program) -> str:
    """How many, and how they are given, in a few words."""
    words = {
        SelectionMode.FIRST_COME: ngettext(
            "%(n)d place, first come", "%(n)d places, first come", program.quota
        ),
        SelectionMode.SCORED: ngettext(
            "%(n)d chosen by scores", "%(n)d chosen by scores", program.quota
        ),
        SelectionMode.LOTTERY: ngettext("%(n)d drawn by lot", "%(n)d drawn by lot", program.quota),
    }
    return words[SelectionMode(program.selection)] % {"n": program.quota}


def eligibility(program: Program) -> list[str]:
    """Who may apply, a sentence a rule; the same rules as ``policies``."""
    said = [_("Businesses verified by the center")]
    if program.districts:
        places = ", ".join(policies.district_names(program))
        said.append(_("Located in: %(places)s") % {"places": places})
    if program.sections:
        sections = ", ".join(regions.section_name(code) for code in program.sections)
        said.append(_("Line of business: %(sections)s") % {"sections": sections})
    if program.merchant_kinds:
        names = ", ".join(str(MerchantKind(kind).label) for kind in program.merchant_kinds)
        said.append(_("Kind of business: %(kinds)s") % {"kinds": names})
    said += _age(program)
    if program.once_a_year:
        said.append(_("Not for businesses that got a place in such a program this year"))
    if program.repeat_percent is not None:
        said.append(
            _("At most %(n)d %% of the places for businesses supported before")
            % {"n": program.repeat_percent}
        )
    return said + (_together() if program.is_joint else [])


def _together() -> list[str]:
    """What applying together means, as ``policies`` and ``quotas`` have it."""
    return [
        _("Several businesses may apply together; one of them leads, all are verified here"),
        _(
            "District, line of business and age are asked of the lead, and the place counts for"
            " its district"
        ),
        _("Each of them counts as supported, and has part in one application of this program"),
    ]


def _age(program: Program) -> list[str]:
    said = []
    if (least := program.least_months) is not None:
        said.append(
            ngettext(
                "In business for at least %(n)d month",
                "In business for at least %(n)d months",
                least,
            )
            % {"n": least}
        )
    if (most := program.most_months) is not None:
        said.append(
            ngettext(
                "In business for at most %(n)d month", "In business for at most %(n)d months", most
            )
            % {"n": most}
        )
    return said


def for_whom(program: Program) -> str:
    """The line of a card: districts, or everybody who is verified."""
    if not program.districts:
        return _("All verified businesses")
    names = policies.district_names(program)
    if len(names) <= 2:
        return ", ".join(names)
    return _("%(first)s and %(n)d more") % {"first": names[0], "n": len(names) - 1}


def kind_name(program: Program) -> str:
    known = kinds.KINDS.get(program.kind)
    return str(known.name) if known else program.kind


def tie_rules(program: Program) -> list[str]:
    """Which of two with equal scores comes first, in the order it is asked."""
    return [str(TieRule(rule).label) for rule in program.tie_rules]


def district_places(program: Program) -> list[tuple[str, int]]:
    """Places that belong to districts. 1 query."""
    rows = program.district_quotas.all()
    return [(regions.place_name(row.district), row.places) for row in rows]


@functools.cache
def kind_template(kind: str) -> str:
    """What a kind has to say on the page of its calls; empty where it says nothing."""
    name = f"programs/kinds/{kind}.html"
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return ""
    return name
