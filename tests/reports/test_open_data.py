"""Open data of a quarter: for everybody, and nothing in it that is hidden elsewhere."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json

import pytest

from bookings.models import Resource
from center import periods
from center.figures import registry
from tests import factories
from tests.reports.test_freezing import frozen, used

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]


@pytest.fixture(autouse=True)
def _one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})


@pytest.fixture
def quarter(studio: Resource) -> None:
    used(studio, *(dt.date(2026, 9, day) for day in (1, 2, 3, 4, 7, 8, 9, 10)))
    used(factories.resource("recording"), dt.date(2026, 9, 1), dt.date(2026, 9, 2))
    frozen(periods.of_key("2026-09"))
    frozen(periods.of_key("2026-Q3"))


def rows_of(answer) -> list[dict[str, str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_open_data_when_nobody_is_logged_in_then_is_open(client, quarter):
    page = client.get("/reports/open-data/")
    assert "/reports/open-data/2026-q3/data.csv" in page.content.decode()


def test_open_data_when_read_then_small_numbers_are_not_in_it(client, quarter):
    rows = rows_of(client.get("/reports/open-data/2026-q3/data.csv"))
    uses = {r["row"]: (r["value"], r["status"]) for r in rows if r["figure"] == "bookings.uses"}
    assert uses["total"] == ("10", "ok")
    assert uses["recording"] == uses["studio"] == ("", "hidden")


def test_open_data_when_dictionary_then_explains_every_column_and_figure(client, quarter):
    data = rows_of(client.get("/reports/open-data/2026-q3/data.csv"))
    explained = rows_of(client.get("/reports/open-data/2026-q3/dictionary.csv"))
    keys = {(row["kind"], row["key"]) for row in explained if row["meaning_ko"]}
    assert {("column", name) for name in data[0]} <= keys
    assert {("figure", row["figure"]) for row in data} <= keys


def test_open_data_when_described_then_names_licence_span_and_files(client, quarter):
    about = client.get("/reports/open-data/catalogue.json").json()
    (data_set,) = about["dcat:dataset"]
    assert data_set["dct:rights"].startswith("공공누리 제1유형")
    span = data_set["dct:temporal"]
    assert (span["dcat:startDate"], span["dcat:endDate"]) == ("2026-07-01", "2026-09-30")
    assert data_set["@id"].endswith("/reports/open-data/2026-q3/v1/report.json")
    assert data_set["dct:modified"] == data_set["dct:issued"]
    assert {each["dct:identifier"] for each in data_set["dct:spatial"]} == {"27", "47"}
    assert {each["@language"] for each in data_set["dct:description"]} == {"ko", "en"}
    assert {"@language": "en", "@value": "live commerce"} in data_set["dcat:keyword"]
    addresses = [each["dcat:downloadURL"] for each in data_set["dcat:distribution"]]
    assert all("/2026-q3/v1/" in each for each in addresses)
    assert [client.get(each.partition("8000")[2]).status_code for each in addresses] == [200] * 3


def test_open_data_when_the_report_is_checked_then_the_digest_is_of_its_bytes(client, quarter):
    (data_set,) = client.get("/reports/open-data/catalogue.json").json()["dcat:dataset"]
    told = next(d["spdx:checksum"] for d in data_set["dcat:distribution"] if "spdx:checksum" in d)
    body = client.get("/reports/open-data/2026-q3/v1/report.json").content
    assert hashlib.sha256(body).hexdigest() == told["spdx:checksumValue"]
    assert json.loads(body)["period"]["key"] == "2026-Q3"


def test_open_data_when_a_version_is_named_then_stays_what_it_was(client, quarter, studio):
    first = client.get("/reports/open-data/2026-q3/v1/data.csv").content
    used(studio, dt.date(2026, 9, 11))
    frozen(periods.of_key("2026-Q3"), reason="누락분 반영")
    assert client.get("/reports/open-data/2026-q3/v1/data.csv").content == first
    newest = client.get("/reports/open-data/2026-q3/data.csv").content
    assert newest == client.get("/reports/open-data/2026-q3/v2/data.csv").content != first


def test_open_data_when_dictionary_then_tells_rounding(client, quarter):
    explained = rows_of(client.get("/reports/open-data/2026-q3/dictionary.csv"))
    told = {row["key"]: (row["decimals"], row["rounding"]) for row in explained}
    assert told["bookings.hours"] == ("1", "소수점 아래 1자리, 반올림")
    assert told["bookings.uses"] == ("0", "정수, 반올림")


@pytest.mark.parametrize(
    "path",
    [
        "2026-09/data.csv",
        "2026-q2/data.csv",
        "2026-q3/secret.csv",
        "2026-q3/v2/data.csv",
        "2026-q3/preliminary/data.csv",
        "2026-09/v1/report.json",
        "2026-q3/v2/report.json",
    ],
)
def test_open_data_when_not_a_published_quarter_then_not_found(client, quarter, path):
    assert client.get(f"/reports/open-data/{path}").status_code == 404
