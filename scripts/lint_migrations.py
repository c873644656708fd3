"""New migrations must be ones that the code of the release before tolerates, as both run side
by side while an update rolls. ``make test`` calls it; another baseline may be named.

What is in ``scripts/migrations.baseline`` was released before there was this check, or is let
through for the reason that stands behind it; everything else is looked at.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))
BASELINE = BASE / "scripts" / "migrations.baseline"
OURS = ("center", "notifications", "reports", "merchants", "bookings", "programs")
# Our tables are small enough for the moment an index takes; what takes long is the operator's
# business and stands in docs/production.md.
WITHOUT = ["CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX"]
ADVICE = """
The release before this one breaks on these. Take two releases: first one whose code does without
the column (or writes both), then the migration. A field that is new and not null needs db_default.
Where the house stops for the update on purpose, name the migration and the reason in
scripts/migrations.baseline.
"""


def known(text: str) -> set[tuple[str, str]]:
    """``app/name`` a line, with a remark behind ``#``."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return {(app, name) for app, _slash, name in (line.partition("/") for line in lines if line)}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")
    from center.embedded import needed, provide

    if needed():
        provide(Path(os.environ.get("VAR_DIR", BASE / "var")))
    import django

    django.setup()
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(no_cache=True, exclude_migration_tests=WITHOUT)
    ours = {key for key in linter.migration_loader.disk_migrations if key[0] in OURS}
    baseline = known(Path(*sys.argv[1:2] or [BASELINE]).read_text("utf-8"))
    if gone := sorted(baseline - ours):
        print(f"Named in {BASELINE.name} and not there: {gone}")
        return 1
    for key in sorted(ours - baseline):
        linter.lint_migration(linter.migration_loader.disk_migrations[key])
    if linter.has_errors:
        print(ADVICE)
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(main())
