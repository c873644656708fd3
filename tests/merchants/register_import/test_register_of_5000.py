"""5,000 rows in mixed encodings, with duplicates and bad rows: tried and taken over in a minute."""

from __future__ import annotations

import time

import pytest

from merchants.models import Merchant
from merchants.register_import import uploads
from tests.factories.people import number
from tests.merchants.register_import.registers import HEADINGS, as_csv, business

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def row(n):
    if n % 10 == 0:
        return business(n, 사업자등록번호=number(n - 1))  # the number of the row above
    if n % 10 == 5:
        return business(n, 전화="x", 개업일="2021-02-30")
    return business(n)


def register():
    lines = [HEADINGS, *(row(n) for n in range(1, 5001))]
    return b"".join(as_csv([cells], "cp949" if n % 2 else "utf-8") for n, cells in enumerate(lines))


def test_run_when_5000_rows_of_all_kinds_then_within_a_minute():
    content = register()
    started = time.perf_counter()
    upload = uploads.try_file(content=content, file_name="명부.csv", by=None)
    tried = time.perf_counter()
    uploads.run(upload=upload, adopt=False, by=None)
    ended = time.perf_counter()
    print(f"5,000 rows: tried in {tried - started:.1f} s, taken over in {ended - tried:.1f} s")
    assert (upload.new, upload.changed, upload.same, upload.refused) == (4000, 0, 0, 1000)
    assert Merchant.objects.count() == 4000
    assert ended - started < 60
