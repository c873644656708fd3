"""Which reports are minded when one more is handed out."""

from __future__ import annotations

import pytest

from center import periods
from center.reports import publishing
from center.reports.content import canonical, digest
from center.reports.models import Edition
from tests.conftest import NOW
from tests.reports import sample

pytestmark = pytest.mark.django_db
FROZEN = ("2026-06", "2026-07", "2026-08", "2026-08", "2026-09", "2026-Q3", "2026-10")


@pytest.fixture(autouse=True)
def _frozen() -> None:
    """August twice; of the fourth quarter only the first month."""
    for n, key in enumerate(FROZEN):
        period, version = periods.of_key(key), 1 + FROZEN[:n].count(key)
        content = sample.content(as_of=f"2026-11-{n + 1:02d}T00:00:00+09:00")
        text, sha256 = canonical(content).decode(), digest(content)
        Edition.objects.create(
            period_key=key,
            starts=period.starts,
            ends=period.ends,
            version=version,
            content=text,
            digest=sha256,
            public_content=text,
            public_digest=sha256,
            as_of=NOW,
            reason="정정" if version > 1 else "",
        )


@pytest.mark.parametrize(
    ("key", "beside"),
    [
        ("2026-05", ()),
        ("2026-11", ()),
        ("2026-06", ("2026-06",)),
        ("2026-Q4", ("2026-10",)),
        ("2026-08", FROZEN[1:6]),  # all that the quarter consists of
        ("2026-Q3", FROZEN[1:6]),
        ("2026-H2", FROZEN[1:]),
        ("2026", FROZEN),
    ],
)
def test_beside_when_days_are_shared_then_all_that_is_read_together(key, beside):
    said = publishing.said_beside(periods.of_key(key))
    wanted = [n for n, frozen in enumerate(FROZEN) if frozen in beside]
    assert [each.as_of.day - 1 for each in said] == wanted
