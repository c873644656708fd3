"""Rows of models read and written by statements that stand ready.

The ORM puts each statement together anew, which costs the processor several times what its
answer does. Where every booking or every page passes, the statement is written out; here its
rows become instances, as complete as the ORM's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeVar

from django.db import DatabaseError, connection
from django.db.models import Field, Model

#: rows of one statement
_AT_ONCE = 1000

M = TypeVar("M", bound=Model)
Values: TypeAlias = Sequence[Any] | Mapping[str, Any]


def read(model: type[M], sql: str, values: Values) -> list[M]:
    """What a ``SELECT *`` finds in the default database as instances; further columns become
    attributes of their own. Raises TypeError where a column of the model is missing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        columns = tuple(column.name for column in cursor.description)
        found = cursor.fetchall()
    places, further = _order(model, columns)
    made = []
    for row in found:
        instance = _instance(model, [row[place] for place in places])
        for name, place in further:
            setattr(instance, name, row[place])
        made.append(instance)
    return made


def read_joined(
    models: Sequence[type[Model]], sql: str, values: Values
) -> Iterable[tuple[Any, ...]]:
    """An instance of each model for each row; ``sql`` selects their ``columns`` one after the
    other."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    for row in found:
        rest, made = list(row), []
        for model in models:
            own, rest = rest[: len(_fields(model))], rest[len(_fields(model)) :]
            made.append(_instance(model, own))
        yield tuple(made)


def columns(model: type[Model], alias: str) -> str:
    """The columns of a model's table under that alias, in the order of its fields."""
    return ", ".join(f'{alias}."{field.column}"' for field in _fields(model))


def insertion(row: Model) -> tuple[str, list[Any]]:
    """``INSERT … RETURNING`` the key of a new row, which the database draws, and its values."""
    into, fields = _insertion_into(type(row))
    values = [_stored(row, field, add=True) for field in fields]
    return f'{into} VALUES ({_places(fields)}) RETURNING "{row._meta.pk.column}"', values


def insert_unless_there(new: Sequence[Model]) -> None:
    """Write new rows of one model, a thousand at a time; those of which a unique key is there
    already are left out. Their keys are not read back."""
    for start in range(0, len(new), _AT_ONCE):
        some = new[start : start + _AT_ONCE]
        into, fields = _insertion_into(type(some[0]))
        places = ", ".join([f"({_places(fields)})"] * len(some))
        values = [_stored(row, field, add=True) for row in some for field in fields]
        sql = f"{into} VALUES {places} ON CONFLICT DO NOTHING"
        with connection.cursor() as cursor:
            cursor.execute(sql, values)


def update(row: Model, names: Collection[str]) -> None:
    """Write these fields of a row. Raises DatabaseError where there is no such row any more."""
    fields = _named(type(row), tuple(names))
    values = [_stored(row, field, add=False) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_update_sql(type(row), tuple(names)), [*values, row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"{type(row).__name__} {row.pk} is gone")


def _instance(model: type[M], values: list[Any]) -> M:
    return model.from_db(connection.alias, [f.attname for f in _fields(model)], values)


@cache
def _fields(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    fields = tuple(model._meta.concrete_fields)
    if unread := [field.name for field in fields if field.get_db_converters(connection)]:
        raise TypeError(f"{model.__name__} has fields the ORM alone can read: {unread}")
    return fields


@cache
def _order(model: type[Model], found: tuple[str, ...]) -> tuple[list[int], list[tuple[str, int]]]:
    """Where each field stands among the columns found, and what is none."""
    own = [field.column for field in _fields(model)]
    if missing := [name for name in own if name not in found]:
        raise TypeError(f"{model.__name__} needs {missing} too")
    further = [(name, place) for place, name in enumerate(found) if name not in own]
    return [found.index(name) for name in own], further


@cache
def _named(model: type[Model], names: tuple[str, ...]) -> list[Field[Any, Any]]:
    by_name = {field.name: field for field in _fields(model)}
    return [by_name[name] for name in names]


def _is_the_databases(field: Field[Any, Any]) -> bool:
    return field.has_db_default() and not field.has_default()


def _stored(row: Model, field: Field[Any, Any], *, add: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add), connection)


@cache
def _insertion_into(model: type[Model]) -> tuple[str, Sequence[Field[Any, Any]]]:
    """The beginning of the statement, and the fields whose values follow: all but the key."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    if ours_to_fill := [f.name for f in fields if f.generated or _is_the_databases(f)]:
        raise TypeError(f"{model.__name__} has fields the database fills in: {ours_to_fill}")
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({names})', fields


def _places(fields: Sequence[Field[Any, Any]]) -> str:
    return ", ".join(["%s"] * len(fields))


@cache
def _update_sql(model: type[Model], names: tuple[str, ...]) -> str:
    fields = _named(model, names)
    settings = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{model._meta.db_table}" SET {settings} WHERE "{model._meta.pk.column}" = %s'  # noqa: S608
