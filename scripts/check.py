"""Everything that must hold before a change is good: format, lint, types, imports,
migrations, translations, deployment settings, and all tests. ``make test`` calls it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
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

CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("format", ["-m", "ruff", "format", "--check", *SOURCES], {}),
    ("lint", ["-m", "ruff", "check", *SOURCES], {}),
    ("templates", [DJADE, "--check", "--target-version", "5.2", *TEMPLATES], {}),
    ("types", ["-m", "mypy", "center", "merchants", "bookings", "programs"], {}),
    ("imports", ["-c", "from importlinter.cli import lint_imports_command as f; f()"], {}),
    ("translations", ["manage.py", "check_catalogues"], {}),
    ("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], {}),
    ("updates", ["scripts/lint_migrations.py"], {}),
    ("deployment", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]

# Figures need the machine for themselves; the others share it, a file at a time.
_SHARED = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile"]
_THROUGHPUT = "tests/races/test_throughput.py"
_APART = ["tests/journeys", "tests/races", "tests/stack", "tests/bench"]
TESTS: list[tuple[str, list[str]]] = [
    ("tests", [*_SHARED, *(f"--ignore={path}" for path in _APART)]),
    ("journeys in a browser", [*_SHARED, "tests/journeys"]),
    ("races and the stack", [*_SHARED, "tests/races", "tests/stack", f"--ignore={_THROUGHPUT}"]),
    ("figures", [_THROUGHPUT, "tests/bench"]),
]


def main() -> int:
    failed = [name for name, command, extra in CHECKS if not _passes(name, command, extra)]
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
    word = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:<14}{word} ({time.monotonic() - started:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
