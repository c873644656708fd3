"""What a tablet keeps for the time without network: a page that knows nobody, and its worker."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests import factories
from tests.bookings.test_door import DOOR, SHELL, WORKER, tablet
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10 to 12; entry from 9:50 to 10:10."""
    return confirm(hold(studio, merchant))


def test_shell_when_read_by_anybody_then_it_knows_nobody(at_now, booking):
    at_now.move_to(kst(27, 9))
    client = tablet(booking.resource)
    assert len(client.get(DOOR).context["rows"]) == 1
    for reader in (client, Client(), logged_in(factories.staff())):
        answer = reader.get(SHELL)
        text = answer.content.decode()
        assert (answer.status_code, "data-shell" in text) == (200, True)
        for secret in (client.device.name, booking.resource.name, "csrfmiddlewaretoken", "10:00"):
            assert secret not in text
    assert Client().get(SHELL)["Permissions-Policy"].startswith("camera=(self)")


def test_shell_when_the_other_language_is_chosen_then_in_it(at_now):
    client = tablet()
    client.cookies["django_language"] = "en"
    assert "No connection" in client.get(SHELL).content.decode()


def test_worker_when_fetched_then_a_script_whose_parts_all_exist(at_now, client):
    answer = client.get(WORKER)
    assert answer["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer  # /door/ alone
    script = answer.content.decode()
    parts = re.findall(r'^  "/static/(.+)",$', script, re.MULTILINE)
    assert len(parts) == 10
    assert [part for part in parts if finders.find(part) is None] == []
    assert f'SHELL = "{SHELL}"' in script
    assert not answer.cookies
