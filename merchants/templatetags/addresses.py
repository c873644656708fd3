from __future__ import annotations

from django import template

from merchants import address_search as service

register = template.Library()


@register.inclusion_tag("merchants/_address_search.html")
def address_search() -> dict[str, bool]:
    """The search beside the fields ``id_address`` and ``id_district``, if it is on."""
    return {"is_on": service.is_on()}
