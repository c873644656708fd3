"""Backups: the whole database and every stored paper in one folder, and the way back.

The folder holds ``database.dump`` (pg_dump's custom format), ``papers/`` (files as they lie in
the storage, still encrypted), ``SHA256SUMS`` (for ``sha256sum --check``) and, written last,
``manifest.json``: a folder without it was cut off.

Why pg_dump and not a copy of the server's files: it is read by any later version of PostgreSQL
on any machine, by the owner of one database instead of a superuser, and sees one moment of the
whole. Going back to any second needs base backups and WAL besides: ``docs/recovery.md``.
"""
