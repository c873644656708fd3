"""``manage.py compile_report``: the bytes of the page, and no number more without a purpose."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bookings.models import Resource
from center.figures import registry
from center.models import AccessRecord
from center.permissions import OFFICIAL
from center.reports.files import FORMATS
from center.reports.models import Edition
from tests import factories
from tests.conftest import logged_in
from tests.reports.test_freezing import frozen, used

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]


@pytest.fixture(autouse=True)
def _one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})


@pytest.fixture
def uses(studio: Resource) -> None:
    """Twenty of the studio; of the recording room three, which are hidden."""
    used(studio, *(dt.date(2026, 10, day) for day in range(1, 21)))
    used(factories.resource("recording"), *(dt.date(2026, 10, day) for day in (1, 2, 6)))


def compiled(folder: Path, *words: str, **options: Any) -> dict[str, bytes]:
    call_command("compile_report", *words, to=folder, stdout=io.StringIO(), **options)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_compile_report_when_all_formats_then_the_bytes_of_the_page(uses, tmp_path):
    frozen()
    files = compiled(tmp_path, "2026-10", format="all")
    reader = logged_in(factories.staff(OFFICIAL))
    assert files == {
        f"대구_디지털커머스_실적보고_2026-10_v1.{extension}": reader.get(
            f"/reports/2026-10/v1.{extension}"
        ).content
        for extension in FORMATS
    }
    assert not AccessRecord.objects.filter(what__startswith="compile_report").exists()


def test_compile_report_when_asked_to_freeze_then_freezes_and_anew_with_a_reason(uses, tmp_path):
    first = compiled(tmp_path / "a", "2026-10", "--freeze", format="csv")
    assert [*first] == ["대구_디지털커머스_실적보고_2026-10_v1.csv"]
    with pytest.raises(CommandError):
        compiled(tmp_path / "b", "2026-10", "--freeze", format="csv")
    again = compiled(tmp_path / "c", "2026-10", "--freeze", format="csv", reason="출석 정정")
    assert [*again] == ["대구_디지털커머스_실적보고_2026-10_v2.csv"]
    assert compiled(tmp_path / "d", "2026-10", format="csv", label="v1") == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2026-13"], "Not a period"),
        (["2026-10-01..2026-10-20"], "Not a month"),
        (["2026-10"], "not frozen"),
        (["2026-10", "--edition", "v1"], "There is no v1"),
        (["2026-10", "--edition", "last"], "Not a version"),
        (["2026-11", "--freeze"], "2026"),
        (["2026-12", "--internal", "--purpose", "감사"], "There is no preliminary"),
        (["2026-10", "--internal"], "--purpose"),
    ],
)
def test_compile_report_when_it_cannot_then_says_so_and_writes_nothing(uses, tmp_path, words, said):
    with pytest.raises(CommandError, match=said):
        compiled(tmp_path, *words, format="csv")
    assert list(tmp_path.iterdir()) == []
    assert not AccessRecord.objects.exists()
    assert not Edition.objects.exists()


def test_compile_report_when_internal_then_shows_all_and_is_written_down(uses, tmp_path):
    edition = frozen()
    (public,) = compiled(tmp_path / "a", "2026-10", format="csv").values()
    internal = compiled(
        tmp_path / "b", "2026-10", "--internal", format="csv", purpose="감사 자료 3호"
    )
    assert [*internal] == ["대구_디지털커머스_실적보고_2026-10_v1_내부용.csv"]
    (full,) = internal.values()
    assert "녹음실,X" in public.decode() or ",X," in public.decode()
    assert ",X" not in full.decode()
    record = AccessRecord.objects.get()
    assert (record.subject_ids, record.purpose, record.actor) == (
        [edition.pk],
        "감사 자료 3호",
        None,
    )


def test_compile_report_when_preliminary_then_internal_and_of_the_days_of_the_period(
    uses, tmp_path
):
    files = compiled(tmp_path, "2026-11", "--internal", format="csv", purpose="점검")
    assert [*files] == ["대구_디지털커머스_실적보고_2026-11_preliminary_내부용.csv"]
    assert AccessRecord.objects.get().subject_ids == [20261101, 20261130]
