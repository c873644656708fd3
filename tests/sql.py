"""Raw SQL as the application's own database user."""

from django.db import connection, transaction


@transaction.atomic
def run(statement: str) -> None:
    """Run it; deferred checks first, because they keep a TRUNCATE waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
