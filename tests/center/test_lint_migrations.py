"""The check of new migrations finds what the release before would break on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from scripts.lint_migrations import LARGE, slow_on_large

ROOT = Path(__file__).resolve().parents[2]
BASELINE = ROOT / "scripts" / "migrations.baseline"


def lint(baseline: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "scripts/lint_migrations.py", str(baseline)],
        cwd=ROOT,
        env=os.environ | {"LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_migration_when_old_code_cannot_insert_any_more_then_refused(tmp_path):
    shorter = tmp_path / "baseline"
    lines = BASELINE.read_text("utf-8").splitlines()
    # One that made a column not null without a default, one that built an index on messages,
    # one that only adds a table.
    new = {
        "merchants/0006_touched_at_revision",
        "notifications/0006_index_of_sent",
        "bookings/0013_calendar_feeds",
    }
    shorter.write_text("\n".join(line for line in lines if line not in new))

    done = lint(shorter)

    assert done.returncode == 1, done.stderr
    assert "(merchants, 0006_touched_at_revision)... ERR\n\tNOT NULL constraint" in done.stdout
    assert "(bookings, 0013_calendar_feeds)... OK\n" in done.stdout
    assert (
        "notifications/0006_index_of_sent builds an index on notifications_message" in done.stdout
    )
    assert done.stdout.count(" builds an index on ") == 1
    assert "Take two releases" in done.stdout


def test_baseline_when_it_names_what_is_not_there_then_refused(tmp_path):
    longer = tmp_path / "baseline"
    longer.write_text(BASELINE.read_text("utf-8") + "bookings/0999_gone  # because\n")

    done = lint(longer)

    assert done.returncode == 1
    assert "bookings', '0999_gone" in done.stdout


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ('CREATE INDEX "a" ON "bookings_booking" ("starts");', True),
        ('CREATE UNIQUE INDEX "a" ON "bookings_booking" ("starts") WHERE "x";', True),
        ('ALTER TABLE "bookings_booking" ADD CONSTRAINT "a" UNIQUE ("starts");', True),
        ('ALTER TABLE "bookings_allocation" ADD CONSTRAINT "a" EXCLUDE USING gist (x);', True),
        ('CREATE INDEX CONCURRENTLY "a" ON "bookings_booking" ("starts");', False),
        ('CREATE UNIQUE INDEX CONCURRENTLY "a" ON "bookings_booking" ("starts");', False),
        ('ALTER TABLE "bookings_booking" ADD CONSTRAINT "a" UNIQUE USING INDEX "b";', False),
        ('CREATE INDEX "a" ON "bookings_resource" ("slug");', False),
        ('ALTER TABLE "bookings_booking" ADD COLUMN "a" integer NULL;', False),
        ('ALTER TABLE "bookings_booking" ADD COLUMN "a" integer NULL UNIQUE;', True),
        ('ALTER TABLE "bookings_booking" ADD COLUMN "a" numeric(5, 2) UNIQUE NULL;', True),
        ('ALTER TABLE "bookings_booking" ADD COLUMN "a" bigint PRIMARY KEY;', True),
        ('ALTER TABLE "bookings_resource" ADD COLUMN "a" integer NULL UNIQUE;', False),
        ('ALTER TABLE "bookings_booking" ADD COLUMN "unique_id" uuid NULL;', False),
    ],
)
def test_index_when_built_on_a_large_table_while_all_wait_then_refused(statement, refused):
    assert bool(slow_on_large([statement])) is refused


def test_index_when_its_table_is_new_then_nobody_waits():
    statements = [
        'CREATE TABLE "bookings_booking" ("id" bigint NOT NULL PRIMARY KEY);',
        'CREATE INDEX "a" ON "bookings_booking" ("starts");',
    ]
    assert slow_on_large(statements) == []


def test_large_tables_when_named_then_they_are_there():
    assert LARGE - {model._meta.db_table for model in apps.get_models()} == set()
