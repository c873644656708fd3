"""The summary of a report in the style of Korean offices (개조식), and what it says of months
that were corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center import periods

if TYPE_CHECKING:
    from center.reports.content import Content
    from center.reports.outline import Column, Section, TargetLine, Value


def lines(
    sections: Sequence[Section], targets: Sequence[TargetLine], period: str
) -> tuple[tuple[str, str], ...]:
    """개조식: □ what it is about, ○ a fact, - its parts. Marks and words apart."""
    said = [("□", _("Results of %(period)s") % {"period": period})]
    for target in targets:
        said += [("○", _target_words(target))]
    for section in sections:
        if section.total is None:
            continue
        said += [("□", section.title)]
        facts = zip(section.columns, section.total.values, strict=True)
        said += [("○", ", ".join(_fact(column, each) for column, each in facts))]
        if leading := _leading(section):
            said += [("-", leading)]
    return tuple(said)


def _fact(column: Column, each: Value) -> str:
    if each.hidden:
        return _("%(figure)s not shown") % {"figure": column.name}
    return f"{column.name} {each.text}{_unit(column.unit) if each.number is not None else ''}"


def _unit(unit: str) -> str:
    """Korean units follow the number without a space, others with one."""
    return f" {unit}" if unit.isascii() else unit


def _target_words(target: TargetLine) -> str:
    if target.to_date.hidden or target.result.hidden:
        return _("%(name)s: target %(target)s%(unit)s, result not shown") % {
            "name": target.name,
            "target": target.target.text,
            "unit": _unit(target.unit),
        }
    return _(
        "%(name)s: target %(target)s%(unit)s, this period %(result)s%(unit)s,"
        " year to date %(to_date)s%(unit)s (%(rate)s %%)"
    ) % {
        "name": target.name,
        "target": target.target.text,
        "result": target.result.text,
        "to_date": target.to_date.text,
        "rate": target.rate.text,
        "unit": _unit(target.unit),
    }


def _leading(section: Section) -> str:
    """The three greatest of the column drawn, in the order of the table where equal."""
    if not section.columns:
        return ""
    column, at = section.columns[section.drawn], section.drawn
    seen = [(line, line.values[at]) for line in section.lines if line.values[at].number]
    seen.sort(key=lambda pair: -(pair[1].number or 0))
    return ", ".join(f"{line.name} {each.text}{_unit(column.unit)}" for line, each in seen[:3])


def corrected(content: Content, as_of: str) -> tuple[str, ...]:
    """Why it is not the sum of what the reports of some months state."""
    if not (months := content.get("corrected")):
        return ()
    named = (f"{periods.of_key(each['key']).label} v{each['version']}" for each in months)
    return (
        _(
            "Corrected since their own reports were frozen: %(months)s. This report counts the data"
            " as of %(as_of)s, so it differs from the sum of what those reports state."
        )
        % {"months": ", ".join(named), "as_of": as_of},
    )
