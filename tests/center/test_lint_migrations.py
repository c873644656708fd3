"""The check of new migrations finds what the release before would break on."""

import os
import subprocess
import sys
from pathlib import Path

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
    # One that made a column not null without a default, one that only adds a table.
    new = {"merchants/0006_touched_at_revision", "bookings/0013_calendar_feeds"}
    shorter.write_text("\n".join(line for line in lines if line not in new))

    done = lint(shorter)

    assert done.returncode == 1, done.stderr
    assert "(merchants, 0006_touched_at_revision)... ERR\n\tNOT NULL constraint" in done.stdout
    assert "(bookings, 0013_calendar_feeds)... OK\n" in done.stdout
    assert "Take two releases" in done.stdout


def test_baseline_when_it_names_what_is_not_there_then_refused(tmp_path):
    longer = tmp_path / "baseline"
    longer.write_text(BASELINE.read_text("utf-8") + "bookings/0999_gone  # because\n")

    done = lint(longer)

    assert done.returncode == 1
    assert "bookings', '0999_gone" in done.stdout
