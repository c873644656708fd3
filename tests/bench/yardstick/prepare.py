"""Tables, rows and log-ins of the yardstick; ``__main__`` runs it."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils.crypto import get_random_string

from center import clock

BUSINESSES = 3_000
RESOURCES = 20
BOOKINGS = 200_000

_ROWS = f"""
INSERT INTO auth_user (id, username, password, email, first_name, last_name, is_superuser,
    is_staff, is_active, date_joined)
SELECT n, 'user' || n, '!', '', '', '', false, false, true, now() FROM generate_series(1, {BUSINESSES}) n;
INSERT INTO yardstick_business (id, name, user_id) SELECT n, 'business ' || n, n FROM generate_series(1, {BUSINESSES}) n;
INSERT INTO yardstick_resource (id, name) SELECT n, 'resource ' || n FROM generate_series(1, {RESOURCES}) n;
INSERT INTO yardstick_booking (business_id, resource_id, during)
SELECT 1 + n % {BUSINESSES}, 1 + n % {RESOURCES}, tstzrange(at, at + interval '30 minutes')
FROM generate_series(1, {BOOKINGS}) n,
    LATERAL (SELECT date_trunc('hour', now()) - n / {RESOURCES} * interval '45 minutes' AS at) times;
"""


def prepare() -> list[str]:
    """Make what is missing; returns fresh session keys, one for each person."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        for with_ours in (False, True):  # tables without migrations come first otherwise
            call_command("migrate", run_syncdb=with_ours, interactive=False, verbosity=0)
        cursor.execute("SELECT count(*) FROM yardstick_resource")
        if not cursor.fetchone()[0]:
            cursor.execute(_ROWS)
            cursor.execute("VACUUM (ANALYZE)")
    Session.objects.all().delete()
    store, hash_of = SessionStore(), User(password="!").get_session_auth_hash()
    expires = clock.now() + dt.timedelta(days=1)
    sessions = [
        Session(
            session_key=get_random_string(32),
            session_data=store.encode(
                {
                    SESSION_KEY: str(n),
                    BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                    HASH_SESSION_KEY: hash_of,
                }
            ),
            expire_date=expires,
        )
        for n in range(1, BUSINESSES + 1)
    ]
    Session.objects.bulk_create(sessions, batch_size=1000)
    return [session.session_key for session in sessions]
