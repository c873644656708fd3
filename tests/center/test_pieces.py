"""Long lists in pieces: the same rows in the same order as in one."""

import pytest

from center import pieces, replica
from center.models import User
from center.reports import source
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Of seven, some share a name, so that only the number tells them apart."""
    for name in ("가", "나", "나", "나", "다", "가", "라"):
        person = factories.user()
        User.objects.filter(pk=person.pk).update(password=name)
    return User.objects.all()


@pytest.mark.parametrize("by", [("password", "pk"), ("-password", "-pk"), ("password", "-pk")])
@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 8])
def test_rows_when_in_pieces_then_as_in_one_list(people, by, at_once):
    read = list(pieces.rows(people, ["email"], by=by, at_once=at_once))
    assert read == list(people.order_by(*by).values_list("email"))
    assert len(read) == 7


def test_rows_when_read_then_a_statement_a_piece_and_none_before_the_first(
    people, django_assert_num_queries
):
    with django_assert_num_queries(0):
        found = pieces.rows(people, ["pk"], by=("pk",), at_once=3)
    with django_assert_num_queries(3):
        assert len(list(found)) == 7


def test_rows_when_written_meanwhile_then_found_where_their_place_is_still_to_come(people):
    found = pieces.rows(people, ["pk"], by=("pk",), at_once=3)
    first = next(found)
    late = factories.user()
    assert [first, *found][-1] == (late.pk,)


def test_reports_when_there_is_no_copy_then_read_here_and_nothing_said(people):
    assert replica.standing() is None
    assert replica.read(lambda: (replica.alias(), people.count())) == ("default", 7)
    assert source.words() == ""


def test_writes_when_reading_from_the_copy_then_still_the_database_s_own():
    router = replica.Router()
    assert router.db_for_read(User) == router.db_for_write(User) == "default"
    assert router.allow_migrate("replica", "center") is False
    assert router.allow_migrate("default", "center") is True
