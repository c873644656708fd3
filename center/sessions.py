"""Sessions in the database, as Django keeps them, read by a statement that stands ready.

Every page of everybody logged in begins with it, and the ORM would put the same query
together anew each time, which costs more than the database's answer.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection

from center import clock

_READ_SQL = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Of the same name as Django's, which is part of the salt that sessions are signed with."""

    def load(self) -> dict[str, Any]:
        """What the session holds; empty, and without a key, if there is none or it is over."""
        with connection.cursor() as cursor:
            cursor.execute(_READ_SQL, [self.session_key, clock.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(row[0])
        return held
