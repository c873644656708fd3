"""Which questions about fields a list of the admin answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import ClassVar

from django.http import HttpRequest

#: how the admin's own filters ask for what was chosen
_CHOSEN = ("", "__exact", "__id__exact", "__isnull", "__isempty")
#: how its hierarchy of dates asks, and its filter of a date
_DATED = ("__year", "__month", "__day", "__gte", "__lt")


class NamedLookups:
    """Mixin before ``ModelAdmin``: a list is narrowed by what it offers and by nothing else.

    Django lets an address ask for any field of the row, also those no page shows, as in
    ``?body__startswith=``: by such questions a hidden text, link or hash is read letter by
    letter. What else links of the portal ask for stands in ``asked_by_links``, in full.
    """

    asked_by_links: ClassVar[Collection[str]] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        known = {*self.asked_by_links, *self._offered(request)}
        return lookup in known and super().lookup_allowed(lookup, value, request)  # type: ignore[misc]

    def _offered(self, request: HttpRequest) -> Iterator[str]:
        for entry in self.get_list_filter(request):  # type: ignore[attr-defined]
            entry = entry[0] if isinstance(entry, tuple | list) else entry
            if isinstance(entry, str):
                yield from (f"{entry}{end}" for end in (*_CHOSEN, *_DATED))
            else:
                yield entry.parameter_name  # a filter of our own
        if dated := self.date_hierarchy:  # type: ignore[attr-defined]
            yield from (f"{dated}{end}" for end in _DATED)
