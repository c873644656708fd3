"""The README's table and the settings name the same variables; production names what it lacks."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.utils.http import urlencode

BASE = Path(__file__).resolve().parents[2]
READ = re.compile(r"env(?:\.\w+)?\(\s*\"([A-Z][A-Z_]+)\"")
#: read outside settings.py: by manage.py demo and by gunicorn's command line
ELSEWHERE = {"PORT", "WEB_CONCURRENCY", "WEB_THREADS"}


def test_readme_when_settings_read_a_variable_then_its_table_names_it():
    settings = (BASE / "center" / "settings.py").read_text("utf-8")
    readme = (BASE / "README.md").read_text("utf-8")
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))
    assert table == set(READ.findall(settings)) | ELSEWHERE


CHECK = ["check", "--deploy", "--fail-level", "WARNING"]


def run_check(*command, **environment):
    clean = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "manage.py", *(command or CHECK)],
        cwd=BASE,
        env={**clean, "ENVIRONMENT": "production"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


COMPLETE = {
    "SECRET_KEY": "a-very-long-key-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "center.example.com",
    "DATABASE_URL": "postgresql://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost:6379",
    "EMAIL_URL": "smtp://localhost",
    "PAPERS_KEYS": "b25seS1mb3ItdGhlc2UtdGVzdHMtMDEyMzQ1Njc4OTA=",
    "CENTER_PHONE": "053-123-4567",
    "CENTER_EMAIL": "help@center.example.com",
    "PRIVACY_OFFICER_CONTACT": "053-123-4567, privacy@center.example.com",
}


def test_production_when_complete_then_starts_without_a_warning():
    done = run_check(**COMPLETE)
    assert done.returncode == 0, done.stderr


def test_production_when_everything_is_missing_then_each_is_named():
    done = run_check(SECRET_KEY=COMPLETE["SECRET_KEY"])
    assert done.returncode != 0
    assert [name for name in COMPLETE.keys() - {"SECRET_KEY"} if name not in done.stderr] == []


@pytest.mark.parametrize("name", ["SECRET_KEY", "CENTER_PHONE"])
def test_production_when_a_single_one_is_missing_then_it_is_named(name):
    done = run_check(**{k: v for k, v in COMPLETE.items() if k != name})
    assert done.returncode != 0
    assert name in done.stderr


def server(parameters):
    """Where the tests' database listens; the models' own checks ask it for its version."""
    return {name: parameters[name] for name in ("host", "port") if name in parameters}


@pytest.mark.django_db
def test_migrate_when_names_for_the_first_policy_are_missing_then_stops_before_writing():
    names = ["CENTER_PHONE", "CENTER_EMAIL", "PRIVACY_OFFICER_CONTACT"]
    at = connection.get_connection_params()
    address = f"postgresql://{at.get('user', '')}:{at.get('password', '')}@/{at['dbname']}"
    given = {**COMPLETE, "DATABASE_URL": f"{address}?{urlencode(server(at))}"}
    for name in names:
        del given[name]
    done = run_check("migrate", "--no-input", **given)
    assert done.returncode != 0
    assert [name for name in names if f"{name} is not set" not in done.stderr] == []


def test_environment_when_misspelt_then_named():
    done = run_check(**{**COMPLETE, "ENVIRONMENT": "prodction"})
    assert "prodction" in done.stderr


def test_production_when_a_key_of_papers_is_none_then_its_place_is_named():
    done = run_check(**{**COMPLETE, "PAPERS_KEYS": f"{COMPLETE['PAPERS_KEYS']}, too-short"})
    assert done.returncode != 0
    assert "Number 2 of PAPERS_KEYS is no key" in done.stderr
