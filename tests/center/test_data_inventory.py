"""The inventory of personal data names every table that holds some."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from center.models import User

INVENTORY = Path(__file__).resolve().parents[2] / "docs" / "data-inventory.md"
#: what a field is called that says something of a person, whoever's table it is in
OF_PEOPLE = re.compile(
    r"(^|_)(email|phone|ip|ip_address|address|user_agent|representative|user_name|rows|metadata)$"
)
#: tables that point to an account and hold nothing else of a person
NOT_LISTED = {
    "center_user_groups": "roles; who gave them stands in center_rolechange",
    "center_user_user_permissions": "rights; as the roles",
    "reports_officeform": "which member of staff filed a form of the office",
    "bookings_closure": "which member of staff closed a space",
    "programs_program": "which member of staff wrote the call",
    "django_admin_log": "which member of staff changed a setting; of people's data the access log "
    "tells, see AccessLoggedAdmin",
    "account_emailconfirmation": "is empty: allauth signs the links instead of keeping keys",
    "pghistory_events": "no table: all histories read together",
}


def tables():
    """Every table, but the histories: a row of the inventory says they are kept as their origin."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: model
        for model in models
        if model._meta.managed and not hasattr(model, "pgh_tracked_model")
    }


def is_of_people(model):
    return any(
        field.related_model is User or OF_PEOPLE.search(field.name)
        for field in model._meta.concrete_fields
    )


def listed():
    """Tables by name; a history is its origin's."""
    named = re.findall(r"`([a-z]+_[a-z]+)`", INVENTORY.read_text("utf-8"))
    return {name.removesuffix("event") for name in named}


def test_inventory_when_a_table_holds_something_of_people_then_listed_or_said_why_not():
    personal = {name for name, model in tables().items() if is_of_people(model)}
    assert sorted(personal - listed()) == sorted(NOT_LISTED)


def test_inventory_when_it_names_a_table_then_there_is_one():
    known = {app.label for app in apps.get_app_configs()}
    named = {name for name in listed() if name.partition("_")[0] in known}
    assert named - set(tables()) - {"django_session"} == set()


@pytest.mark.parametrize("table", ["merchants_invitation", "usersessions_usersession"])
def test_inventory_when_a_table_is_left_out_then_noticed(table):
    assert table in {name for name, model in tables().items() if is_of_people(model)}
