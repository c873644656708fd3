"""Production's parts on one machine without containers: ``manage.py stack``.

Two web servers, two workers, two timetables, nginx, PgBouncer in transaction mode, PostgreSQL
with a streaming replica and Valkey, all of them children of one keeper that restarts what
ends by itself. For rehearsing faults and updates; everything listens on loopback alone.
"""
