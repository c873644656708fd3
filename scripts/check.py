"""Everything that must hold before a change is good: format, lint, types, imports,
migrations, translations, deployment settings, and all tests. ``make test`` calls it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
DJADE = str(Path(sys.executable).with_name("djade"))
TEMPLATES = sorted(str(path) for path in (BASE / "templates").rglob("*.html"))
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "center.example.com",
    "DATABASE_URL": "postgresql://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost:6379",
    "EMAIL_URL": "smtp://localhost",
    "PAPERS_KEYS": "b25seS1mb3ItdGhpcy1jaGVjay0wMTIzNDU2Nzg5MDE=",
    "CENTER_PHONE": "053-123-4567",
    "CENTER_EMAIL": "help@center.example.com",
    "PRIVACY_OFFICER_CONTACT": "053-123-4567, privacy@center.example.com",
}
SOURCES = ["center", "merchants", "bookings", "programs", "tests", "scripts", "manage.py"]

# As many at a time as there are processors: those that take longest first. One of them runs the
# migrations, once for all tests.
CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("types", ["-m", "mypy", "center", "merchants", "bookings", "programs"], {}),
    ("test database", ["-m", "tests.servers"], {}),
    ("imports", ["-c", "from importlinter.cli import lint_imports_command as f; f()"], {}),
    ("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], {}),
    ("updates", ["scripts/lint_migrations.py"], {}),
    ("deployment", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    ("translations", ["manage.py", "check_catalogues"], {}),
    ("templates", [DJADE, "--check", "--target-version", "5.2", *TEMPLATES], {}),
    ("lint", ["-m", "ruff", "check", *SOURCES], {}),
    ("format", ["-m", "ruff", "format", "--check", *SOURCES], {}),
]

# Figures need the machine for themselves; the others share it. Who has run its share of tests
# takes some of another's; tests of races stay together with those of their file.
_PROCESSORS = min(4, os.cpu_count() or 1)
_SHARED = ["-n", str(_PROCESSORS), "--dist", "worksteal"]
_BY_FILE = ["-n", str(_PROCESSORS), "--dist", "loadfile"]
# One more: each waits now and then, for its page or its web server.
_BROWSERS = ["-n", str(_PROCESSORS + 1), "--dist", "worksteal"]
_THROUGHPUT = "tests/races/test_throughput.py"
_APART = ["tests/journeys", "tests/races", "tests/stack", "tests/bench"]
TESTS: list[tuple[str, list[str]]] = [
    ("tests", [*_SHARED, *(f"--ignore={path}" for path in _APART)]),
    ("journeys in a browser", [*_BROWSERS, "tests/journeys"]),
    ("races and the stack", [*_BY_FILE, "tests/races", "tests/stack", f"--ignore={_THROUGHPUT}"]),
    ("figures", [_THROUGHPUT, "tests/bench"]),
]


def main() -> int:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(_passes, *zip(*CHECKS, strict=True)))
    failed = [name for (name, *_), good in zip(CHECKS, passed, strict=True) if not good]
    failed += [name for name, where in TESTS if not _tested(name, where)]
    if failed:
        print(f"Not in order: {', '.join(failed)}")
    return 1 if failed else 0


def _tested(name: str, where: list[str]) -> bool:
    print(f"{name} …", flush=True)
    command = [PYTHON, "-m", "pytest", *where, *sys.argv[1:]]
    return subprocess.run(command, cwd=BASE, check=False).returncode == 0


def _passes(name: str, command: list[str], extra: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command if command[0] == DJADE else [PYTHON, *command],
        cwd=BASE,
        env={**os.environ, **extra},
        capture_output=True,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    word, printed = ("ok", "") if good else ("FAILED", f"{done.stdout}{done.stderr}\n")
    # in one go: others print at the same time
    print(f"{name:<14}{word} ({time.monotonic() - started:.1f} s)\n{printed}", end="", flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
