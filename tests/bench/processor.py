"""Processor time of PostgreSQL: steadier than the clock where others use the machine."""

from __future__ import annotations

import psutil
from django.db import connection


def database() -> float:
    """Seconds the server process of this connection has worked so far; 0 where it runs on
    another machine or belongs to somebody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
