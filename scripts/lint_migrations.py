"""New migrations must be ones that the code of the release before tolerates, as both run side
by side while an update rolls. ``make test`` calls it; another baseline may be named.

What is in ``scripts/migrations.baseline`` was released before there was this check, or is let
through for the reason that stands behind it; everything else is looked at.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))
BASELINE = BASE / "scripts" / "migrations.baseline"
OURS = ("center", "notifications", "reports", "merchants", "bookings", "programs")
# The linter's own tests of indexes know nothing of sizes; ours do.
WITHOUT = ["CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX"]
# They grow with every booking, application, message or look (docs/scale.md). Building an index in
# the ordinary way keeps whoever writes there waiting until it is built.
LARGE = frozenset(
    {
        *("bookings_booking", "bookings_bookingevent", "bookings_allocation"),
        *("bookings_waiting", "bookings_offer", "notifications_message"),
        *("center_accessrecord", "pghistory_context"),
        *("merchants_merchant", "merchants_merchantevent", "merchants_documentpage"),
        *("programs_application", "programs_applicationevent", "programs_answer"),
    }
)
_BUILDS = re.compile(
    r'CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON "?(\w+)"?'
    r'|ALTER TABLE "?(\w+)"? .*?'
    r"(?:ADD CONSTRAINT \S+ (?:UNIQUE|EXCLUDE|PRIMARY KEY)|ADD COLUMN .*?\b(?:UNIQUE|PRIMARY KEY)\b)"
    r"(?! USING INDEX)",
)
_MAKES = re.compile(r'CREATE TABLE "?(\w+)"?')
ADVICE = """
The release before this one breaks on these. Take two releases: first one whose code does without
the column (or writes both), then the migration. A field that is new and not null needs db_default.
An index on a large table: AddIndexConcurrently in a migration with atomic = False; a constraint
that is unique: such an index first, then ADD CONSTRAINT … USING INDEX.
Where the house stops for the update on purpose, name the migration and the reason in
scripts/migrations.baseline.
"""


def known(text: str) -> set[tuple[str, str]]:
    """``app/name`` a line, with a remark behind ``#``."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return {(app, name) for app, _slash, name in (line.partition("/") for line in lines if line)}


def slow_on_large(statements: Iterable[str]) -> list[str]:
    """The tables of ``LARGE`` that an index is built on while those who write there wait."""
    new: set[str] = set()
    found = []
    for statement in statements:
        new.update(_MAKES.findall(statement))
        for indexed, constrained in _BUILDS.findall(statement):
            found.append(indexed or constrained)
    return [table for table in found if table in LARGE - new]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")
    from center.embedded import needed, provide

    if needed():
        provide(Path(os.environ.get("VAR_DIR", BASE / "var")))
    import django

    django.setup()
    from django_migration_linter import MigrationLinter

    slow: dict[str, list[str]] = {}

    class Linter(MigrationLinter):
        """Looks at the statements once more."""

        def get_sql(self, app_label: str, migration_name: str) -> list[str]:
            statements = super().get_sql(app_label, migration_name)
            if tables := slow_on_large(statements):
                slow[f"{app_label}/{migration_name}"] = tables
            return statements

    linter = Linter(no_cache=True, exclude_migration_tests=WITHOUT)
    ours = {key for key in linter.migration_loader.disk_migrations if key[0] in OURS}
    baseline = known(Path(*sys.argv[1:2] or [BASELINE]).read_text("utf-8"))
    if gone := sorted(baseline - ours):
        print(f"Named in {BASELINE.name} and not there: {gone}")
        return 1
    for key in sorted(ours - baseline):
        linter.lint_migration(linter.migration_loader.disk_migrations[key])
    for name, tables in slow.items():
        print(f"{name} builds an index on {', '.join(tables)} while all who write there wait.")
    wrong = linter.has_errors or bool(slow)
    if wrong:
        print(ADVICE)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
