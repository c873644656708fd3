"""What the log says of a request, and what it must not."""

import io
import json
import logging

import pytest

pytestmark = pytest.mark.django_db
KEY = "dh4k-abc0123456789def"


@pytest.fixture
def lines(caplog):
    """Every line as the house's own handler writes it."""
    [house] = [
        h for h in logging.getLogger().handlers if h.formatter and type(h).__module__ == "logging"
    ]
    caplog.set_level(logging.INFO)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(house.formatter)
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def requests(lines):
    return [line["request"] for line in lines() if line["event"] == "request_finished"]


@pytest.mark.parametrize(
    "path",
    [
        "/account/password/reset/key/",
        "/account/confirm-email/",
        "/merchants/invitations/",
        "/calendar/",
    ],
)
def test_log_when_an_address_has_a_key_then_the_key_is_left_out(client, lines, path):
    client.get(f"{path}{KEY}/")
    assert requests(lines) == [f"GET {path}…"]
    assert KEY not in str(lines())


def test_log_when_a_word_is_searched_then_neither_word_nor_name(staff_client, lines):
    staff_client.get("/admin/merchants/merchant/", {"q": "김하나", "page": "KEY"})
    assert requests(lines) == ["GET /admin/merchants/merchant/"]
    assert "김하나" not in str(lines())


def test_log_when_django_itself_names_an_address_with_a_key_then_left_out(lines):
    logging.getLogger("django.request").error("Not Found: %s", f"/merchants/invitations/{KEY}/")
    [line] = lines()
    assert line["event"] == "Not Found: /merchants/invitations/…"


def test_log_when_an_address_has_no_key_then_it_stands_whole(client, lines):
    client.get("/notices/")
    assert requests(lines) == ["GET /notices/"]
