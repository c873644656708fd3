"""What a cell means: each function takes the text of a cell that is not empty and returns
the value, or raises ValueError with the sentence for the list of errors."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from center import clock, phones
from merchants import business_number, regions
from merchants.models import Merchant, MerchantKind

_KINDS = {
    "개인": MerchantKind.INDIVIDUAL,
    "개인사업자": MerchantKind.INDIVIDUAL,
    "법인": MerchantKind.CORPORATION,
    "법인사업자": MerchantKind.CORPORATION,
    "예비": MerchantKind.PRE_FOUNDER,
    "예비창업": MerchantKind.PRE_FOUNDER,
    "예비창업자": MerchantKind.PRE_FOUNDER,
}
_YES = frozenset(
    [
        "y",
        "yes",
        "true",
        "1",
        "o",
        "○",
        "◯",
        "●",
        "v",
        "√",
        "✓",
        "예",
        "네",
        "유",
        "여",
        "해당",
        "해당함",
    ]
)
_NO = frozenset(["n", "no", "false", "0", "x", "×", "아니오", "아니요", "무", "부", "비해당"])
#: what reading made of a resident registration number
_STARRED = re.compile(r"\*{6}[^0-9*]{0,3}\*{7}")
#: Excel counts days from here
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_DATE = re.compile(
    r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?"
    r"(?:\s*\([월화수목금토일]\))?(?:\s+[0-9:.]+)?"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−ㅡ", "-"))


def refuse_resident_number(cell: str) -> None:
    """Raise ValueError where reading the file starred one out."""
    if _STARRED.search(cell):
        raise ValueError(
            _(
                "Holds what looks like a resident registration number, which may not be kept. Delete it."
            )
        )


def text(field: str) -> Callable[[str], str]:
    """Text as long as the field allows, without resident registration numbers."""
    longest: int | None = getattr(Merchant._meta.get_field(field), "max_length", None)

    def parse(cell: str) -> str:
        refuse_resident_number(cell)
        if longest and len(cell) > longest:
            raise ValueError(_("Longer than %(n)d characters.") % {"n": longest})
        return cell

    return parse


def number(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).translate(_DASHES)
    digits = business_number.normalize(plain).removesuffix(".0")
    if re.fullmatch(r"[0-9.]+[eE]\+?[0-9]+", digits):
        raise ValueError(
            _(
                "Shortened by Excel (%(cell)s), its digits are lost. Give the column the format “text” and enter it again."
            )
            % {"cell": cell}
        )
    if not business_number.is_valid(digits):
        raise ValueError(_("“%(cell)s” is no business registration number.") % {"cell": cell})
    return digits


def phone(cell: str) -> str:
    """Of several, the first; the zero Excel took away from a number is put back."""
    first = re.split(r"[,/;]|\s{2,}", unicodedata.normalize("NFKC", cell))[0]
    first = first.strip().removesuffix(".0")
    digits = re.sub(r"[^0-9]", "", first)
    if len(digits) in (9, 10) and digits[0] != "0" and "+" not in first:
        first = f"0{digits}"
    try:
        return phones.normalised(first)
    except ValidationError:
        raise ValueError(_("“%(cell)s” is no telephone number.") % {"cell": cell}) from None


def date(cell: str) -> dt.date:
    """2021-05-25, 2021.5.25, 2021년 5월 25일, 20210525, or Excel's count of days."""
    plain = unicodedata.normalize("NFKC", cell).strip()
    try:
        if match := _DATE.fullmatch(plain):
            return dt.date(*map(int, match.groups()))
        if re.fullmatch(r"[0-9]{8}(\.0)?", plain):
            return dt.date.fromisoformat(plain[:8])
        if re.fullmatch(r"[1-9][0-9]{4}(\.0)?", plain):
            return _EXCEL_EPOCH + dt.timedelta(days=int(plain[:5]))
    except ValueError:
        pass
    raise ValueError(_("“%(cell)s” is no date. Write it like 2021-05-25.") % {"cell": cell})


def founded_on(cell: str) -> dt.date:
    day = date(cell)
    if not dt.date(1900, 1, 1) <= day <= clock.today():
        raise ValueError(_("%(day)s lies out of reach.") % {"day": day.isoformat()})
    return day


def verified_until(cell: str) -> dt.date:
    """The last day; of a span (``2026-04-01 ~ 2027-03-31``) its end."""
    day = date(re.split(r"[~∼〜]", cell)[-1].strip().removesuffix("까지") or cell)
    if day.year >= 2100:
        raise ValueError(_("%(day)s lies out of reach.") % {"day": day.isoformat()})
    return day


def kind(cell: str) -> MerchantKind:
    found = _KINDS.get(re.sub(r"\s", "", cell))
    if found is None:
        raise ValueError(
            _("“%(cell)s” is not known. Write 개인, 법인 or 예비창업자.") % {"cell": cell}
        )
    return found


def kind_of_number(number: str) -> MerchantKind:
    """Digits four and five say it: 81–88 are legal entities of all kinds (80 and 89 not)."""
    return MerchantKind.CORPORATION if "81" <= number[3:5] <= "88" else MerchantKind.INDIVIDUAL


def section(cell: str) -> str:
    """A letter, the section's name, or both: ``G``, ``도매 및 소매업``, ``G. 도매 및 소매업``."""
    wanted = _squeezed(cell)
    for row in regions.sections():
        if wanted.upper() == row.code or wanted in (
            _squeezed(row.name_ko),
            _squeezed(row.code + row.name_ko),
        ):
            return row.code
    raise ValueError(
        _("“%(cell)s” is no section of the KSIC. Write its letter, A to U.") % {"cell": cell}
    )


def yes_or_no(cell: str) -> bool:
    word = unicodedata.normalize("NFKC", cell).casefold().strip()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(_("“%(cell)s” is not known. Write Y or N.") % {"cell": cell})


def _squeezed(text: str) -> str:
    return re.sub(r"[\s,.·:;()-]", "", text)


PARSERS: dict[str, Callable[[str], Any]] = {
    "name": text("name"),
    "representative": text("representative"),
    "address": text("address"),
    "market_area": text("market_area"),
    "online_shops": text("online_shops"),
    "number": number,
    "kind": kind,
    "section": section,
    "phone": phone,
    "founded_on": founded_on,
    "verified_until": verified_until,
    "women_owned": yes_or_no,
    "youth_owned": yes_or_no,
    "disabled_owned": yes_or_no,
}
