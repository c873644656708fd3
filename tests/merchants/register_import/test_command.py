"""``manage.py import_register``."""

import io

import pytest
from django.core.management import CommandError, call_command

from center.models import AccessRecord
from merchants.models import Merchant
from tests import factories
from tests.merchants.register_import.registers import business, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "명부.csv"
    path.write_bytes(table(business(1), business(2, 전화="x")))
    return path


def call(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_register", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_command_when_dry_run_then_only_told(register):
    out, err = call(register, "--dry-run")
    assert "new 1, changed 0, same 0, refused 1" in out
    assert err.startswith("3: 전화: ")
    assert not Merchant.objects.exists()


def test_command_when_run_then_written_and_the_log_says_by_whom(register):
    operator = factories.staff()
    call(register, "--as", operator.email.upper())
    merchant = Merchant.objects.get()
    context = merchant.events.get().pgh_context.metadata
    assert (context["command"], context["user"]) == ("import_register", operator.pk)
    record = AccessRecord.objects.get()
    assert (record.actor, record.subject_ids) == (operator, [merchant.pk])
    assert merchant.decided_by == operator


def test_command_when_nobody_is_named_then_the_system_did_it(register):
    call(register)
    assert AccessRecord.objects.get().actor_label == "system"


def test_command_when_errors_are_wanted_then_written(register, tmp_path):
    call(register, "--dry-run", "--errors", tmp_path / "errors.csv")
    assert "달구벌상점 2" in (tmp_path / "errors.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("email", ["nobody@example.com", "merchant"])
def test_command_when_the_person_is_not_staff_then_refused(register, owner, email):
    with pytest.raises(CommandError):
        call(register, "--as", owner.email if email == "merchant" else email)
    assert not Merchant.objects.exists()


def test_command_when_the_file_is_missing_or_none_then_refused(tmp_path):
    with pytest.raises(CommandError):
        call(tmp_path / "missing.csv")
    (tmp_path / "x.csv").write_bytes(b"\0")
    with pytest.raises(CommandError):
        call(tmp_path / "x.csv")
