"""How businesses are divided: district, section, kind, traits, age, market area."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from center import clock
from center.figures import Cut, Row, Wish
from merchants import regions
from merchants.models import Merchant, MerchantKind
from merchants.reports.firms import HOUSE, UNKNOWN

#: words of rows that are no thing's name
_WORDS = {
    HOUSE: _("The house's own use"),
    UNKNOWN: _("Not known"),
    "none": _("In no market"),
    "women": _("Women-owned"),
    "youth": _("Owner of 39 or younger"),
    "disabled": _("Owner with a disability"),
    "under_1": _("Less than 1 year"),
    "1_to_3": _("1 year to less than 3"),
    "3_to_7": _("3 years to less than 7"),
    "from_7": _("7 years and more"),
    **{str(value): label for value, label in MerchantKind.choices},
}
_LAST = (UNKNOWN, HOUSE)


def in_words(key: str, words: object) -> Row:
    """A row named by words of the catalogue, in both languages."""
    with override("ko"):
        korean = str(words)
    with override("en"):
        return Row(key, korean, str(words))


def _districts(wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    """Those of the first home region always, idle or not; others where a business was seen."""
    home = settings.HOME_REGIONS
    there = [d.code for d in regions.districts() if d.in_force(wish.period.last)]
    own = {code for code in there if home and code.startswith(home[0])}
    codes = sorted(own | (set(seen) - set(_LAST)), key=_home_first)
    rows = [Row(code, regions.district_name(code), regions.district_name(code)) for code in codes]
    return [*rows, *_said(_LAST, seen)]


def _home_first(code: str) -> tuple[int, str]:
    home = settings.HOME_REGIONS
    return (home.index(code[:2]) if code[:2] in home else len(home), code)


def _sections(_wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    rows = [
        Row(known.code, f"{known.code} {known.name_ko}", f"{known.code} {known.name_en}")
        for known in regions.sections()
        if known.code in seen
    ]
    return [*rows, *_said(_LAST, seen)]


def _markets(_wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    names = sorted(set(seen) - {"none", *_LAST})
    return [*(Row(name, name, name) for name in names), *_said(("none", *_LAST), seen)]


def _said(keys: Iterable[str], seen: Collection[str]) -> list[Row]:
    return [in_words(key, _WORDS[key]) for key in keys if key in seen]


def _fixed(*keys: str) -> Callable[[Wish, Collection[str]], Sequence[Row]]:
    """Rows that are always there, and those of what nobody said."""

    def rows(_wish: Wish, seen: Collection[str]) -> Sequence[Row]:
        return [*(in_words(key, _WORDS[key]) for key in keys), *_said(_LAST, seen)]

    return rows


def _home_districts() -> Collection[str]:
    """What a filter offers: the home regions as they are today."""
    there = (d.code for d in regions.districts() if d.in_force(clock.today()))
    return {code for code in there if regions.is_home(code)}


def _known_markets() -> Collection[str]:
    known = Merchant.objects.registered().exclude(market_area="")
    return set(known.values_list("market_area", flat=True).distinct())


def _known_sections() -> Collection[str]:
    return {section.code for section in regions.sections()}


CUTS = (
    Cut("district", _("District"), _districts, of_businesses=True, choices=_home_districts),
    Cut("section", _("KSIC section"), _sections, of_businesses=True, choices=_known_sections),
    Cut("kind", _("Kind of business"), _fixed(*map(str, MerchantKind)), of_businesses=True),
    Cut("trait", _("Trait of the owner"), _fixed("women", "youth", "disabled"), overlapping=True),
    Cut(
        "age",
        _("Age of the business"),
        _fixed("under_1", "1_to_3", "3_to_7", "from_7"),
        of_businesses=True,
    ),
    Cut(
        "market",
        _("Market or shopping street"),
        _markets,
        of_businesses=True,
        choices=_known_markets,
    ),
)
