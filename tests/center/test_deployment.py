"""The files production runs from: they agree with each other and with the settings."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from center.checks import missing_in_production

ROOT = Path(__file__).resolve().parents[2]
SERVICES = {"proxy", "web", "worker", "beat", "migrate", "db", "redis"}
OURS = ("web", "worker", "beat", "migrate")
SERVED_BY_OURS = ("web", "worker", "beat")

# Read by others than center/settings.py.
OF_GUNICORN = {"WEB_CONCURRENCY", "WEB_THREADS"}
OF_COMPOSE = {"SITE_HOST", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "CENTER_VERSION"}
# Read by center/settings.py and not for the operator of the containers to choose.
OF_THE_IMAGE = {"VAR_DIR", "STATIC_ROOT"}
OF_DEVELOPMENT = {"DEBUG", "HTTPS", "TEST_DATABASE_NAME"}

# ${NAME}, ${NAME:-default} and ${NAME:?complaint}; $$ is a dollar for the shell inside.
REFERENCE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::([-?])[^}]*)?\}")
SECRET_NAME = re.compile(r"SECRET|PASSWORD|_URL$|TOKEN|_KEY$")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(text_of("docker-compose.yml"))
    return content


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments), continued lines joined."""
    lines = [line for line in text_of("Dockerfile").splitlines() if not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", "")
    return [(words[0], words[1]) for line in whole.splitlines() if (words := line.split(None, 1))]


def final_stage() -> list[tuple[str, str]]:
    found = instructions()
    start = max(at for at, (name, _rest) in enumerate(found) if name == "FROM")
    return found[start:]


def variables_of(stage: list[tuple[str, str]]) -> dict[str, str]:
    pairs = [pair for name, rest in stage if name == "ENV" for pair in rest.split()]
    return dict(pair.split("=", 1) for pair in pairs)


def settings_variables() -> set[str]:
    return set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', text_of("center/settings.py")))


def example_variables() -> dict[str, tuple[bool, str]]:
    """Name → (whether it stands there for use, its value)."""
    found = re.findall(r"^(# )?([A-Z_]+)=(.*)$", text_of("deploy/env.example"), re.MULTILINE)
    return {name: (not comment, value) for comment, name, value in found}


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from strings_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings_in(part)
    elif isinstance(value, str):
        yield value


def references(value: Any) -> dict[str, str]:
    """Variables that the file takes from the operator → what happens without: ``?``, ``-``."""
    return {m[1]: m[2] or "" for text in strings_in(value) for m in REFERENCE.finditer(text)}


# Services ----------------------------------------------------------------------------------
def test_compose_has_every_service_the_portal_consists_of(services: Any) -> None:
    assert set(services) == SERVICES


def test_images_are_plain_names_with_a_version(services: Any) -> None:
    images = {name: service["image"] for name, service in services.items()}

    assert {images[name] for name in OURS} == {"commerce-center:${CENTER_VERSION:-latest}"}
    others = {name: image for name, image in images.items() if name not in OURS}
    assert others == {
        "proxy": "caddy:2",
        "db": "postgres:18",
        "redis": "valkey/valkey:9",
    }


@pytest.mark.parametrize("name", OURS)
def test_our_services_can_write_nowhere_but_where_the_image_says(services: Any, name: str) -> None:
    service = services[name]

    assert service["read_only"] is True
    assert [entry.split(":")[0] for entry in service["tmpfs"]] == ["/tmp"]
    assert service["volumes"] == [f"files:{variables_of(final_stage())['VAR_DIR']}"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_without_privileges(services: Any, name: str) -> None:
    service = services[name]

    assert service["build"] == "."  # whose user is no root: see below
    assert "user" not in service
    assert service["cap_drop"] == ["ALL"]
    assert not {"privileged", "cap_add", "devices", "pid"} & set(service)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_limited(services: Any, name: str) -> None:
    service = services[name]

    assert "no-new-privileges:true" in service["security_opt"]
    assert re.fullmatch(r"\d+[mg]", service["deploy"]["resources"]["limits"]["memory"])
    assert service["logging"]["driver"] == "json-file"
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(SERVICES - {"migrate"}))
def test_every_lasting_service_restarts_and_has_a_health_check(services: Any, name: str) -> None:
    service = services[name]
    of_the_image = [rest for instruction, rest in final_stage() if instruction == "HEALTHCHECK"]

    assert service["restart"] == "unless-stopped"
    if name == "web":
        assert len(of_the_image) == 1
        assert "healthcheck" not in service
    else:
        assert service["healthcheck"]["test"]


def test_migration_runs_once_and_everything_waits_for_it(services: Any) -> None:
    migrate = services["migrate"]

    assert migrate["command"] == ["python", "manage.py", "migrate", "--no-input"]
    assert migrate["restart"] == "no"
    assert migrate["healthcheck"] == {"disable": True}
    assert migrate["depends_on"] == {"db": {"condition": "service_healthy"}}
    for name in SERVED_BY_OURS:
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_web_and_worker_are_several_and_beat_is_one(services: Any) -> None:
    replicas = {name: services[name]["deploy"]["replicas"] for name in SERVED_BY_OURS}

    assert replicas == {"web": 2, "worker": 2, "beat": 1}


def test_only_the_proxy_can_be_reached_from_outside(compose: Any, services: Any) -> None:
    assert [name for name in services if "ports" in services[name]] == ["proxy"]
    assert compose["networks"]["data"] == {"internal": True}
    assert {name: services[name]["networks"] for name in ("db", "redis", "migrate")} == {
        "db": ["data"],
        "redis": ["data"],
        "migrate": ["data"],
    }
    assert services["proxy"]["networks"] == ["front"]


def test_what_must_last_lies_in_named_volumes(compose: Any, services: Any) -> None:
    mounted = {
        volume for name in services for volume in services[name]["volumes"] if volume[0] != "."
    }

    assert {volume.split(":")[0] for volume in mounted} == set(compose["volumes"])
    assert services["db"]["volumes"] == ["database:/var/lib/postgresql"]  # since version 18
    assert services["redis"]["volumes"] == ["queue:/data"]
    assert "--appendonly" in services["redis"]["command"]


def test_database_has_connections_for_every_thread(services: Any) -> None:
    per_container = variables_of(final_stage())
    threads = int(per_container["WEB_CONCURRENCY"]) * int(per_container["WEB_THREADS"])
    worker = services["worker"]
    tasks = int(worker["command"][worker["command"].index("--concurrency") + 1])
    wanted = (
        services["web"]["deploy"]["replicas"] * threads
        + worker["deploy"]["replicas"] * (tasks + 1)
        + 2  # beat and the migration
    )
    options = dict(option[2:].split("=") for option in services["db"]["command"][1:])

    assert wanted * 2 <= int(options["max_connections"])
    assert options["random_page_cost"] == "1.1"


def test_web_server_gets_the_time_to_finish_what_it_does(services: Any) -> None:
    command = next(rest for name, rest in final_stage() if name == "CMD")
    graceful = int(re.search(r"--graceful-timeout (\d+)", command)[1])  # type: ignore[index]

    assert int(services["web"]["stop_grace_period"].rstrip("s")) > graceful


# Variables ---------------------------------------------------------------------------------
@pytest.mark.parametrize("name", OURS)
def test_every_variable_passed_to_ours_is_one_somebody_reads(services: Any, name: str) -> None:
    read = settings_variables() | (OF_GUNICORN if name == "web" else set())

    assert set(services[name]["environment"]) - read == set()


@pytest.mark.parametrize("name", OURS)
def test_every_variable_production_requires_is_passed(services: Any, name: str) -> None:
    passed = services[name]["environment"]

    assert missing_in_production(key for key, value in passed.items() if value) == []
    assert passed["ENVIRONMENT"] == "production"


def test_every_setting_can_be_set_in_production(services: Any) -> None:
    settable = set(services["web"]["environment"]) | OF_THE_IMAGE | OF_DEVELOPMENT

    assert settings_variables() - settable == set()


def test_ours_agree_on_the_settings(services: Any) -> None:
    web = {k: v for k, v in services["web"]["environment"].items() if k not in OF_GUNICORN}

    assert [services[name]["environment"] for name in OURS[1:]] == [web] * 3


def test_example_names_every_variable_of_compose_and_no_other(compose: Any) -> None:
    passed_on = {
        name
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if value is None
    }

    assert set(example_variables()) == passed_on | set(references(compose))
    assert set(example_variables()) - settings_variables() == OF_GUNICORN | OF_COMPOSE


def test_example_leaves_what_is_needed_empty_and_the_rest_as_it_is(compose: Any) -> None:
    needed = {name for name, without in references(compose).items() if without == "?"}
    example = example_variables()

    assert {name for name, (used, _value) in example.items() if used} == needed
    assert {name: example[name][1] for name in needed} == dict.fromkeys(needed, "")


def test_secrets_come_from_the_environment_only(services: Any) -> None:
    secrets = {
        (service, name): value
        for service in services
        for name, value in services[service].get("environment", {}).items()
        if SECRET_NAME.search(name) and value is not None
    }

    assert secrets
    for value in secrets.values():
        assert "?" in references(value).values()
        assert set(re.findall(r"//\w*:(.*)@", REFERENCE.sub("$", value))) <= {"$"}
    assert "${REDIS_PASSWORD:?must be set}" in services["redis"]["command"]


# Image -------------------------------------------------------------------------------------
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

    assert user == ["10001:10001"]
    assert names.index("USER") > max(at for at, name in enumerate(names) if name in {"RUN", "COPY"})


def test_final_stage_has_no_tools_to_build_with() -> None:
    stage = final_stage()
    copies = [rest for name, rest in stage if name == "COPY"]

    assert stage[0] == ("FROM", "python:3.11-slim")
    assert copies == ["--from=build /venv /venv", "--from=build /app /app"]
    assert not any("apt-get" in rest for _name, rest in stage)


def test_image_carries_no_secret() -> None:
    assert [name for name in variables_of(instructions()) if SECRET_NAME.search(name)] == []
    assert [rest for name, rest in instructions() if name == "ARG"] == []


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


# Proxy -------------------------------------------------------------------------------------
def test_proxy_leads_to_the_web_server() -> None:
    exposed = next(rest for name, rest in final_stage() if name == "EXPOSE")
    caddyfile = text_of("deploy/Caddyfile")

    assert re.search(rf"reverse_proxy {{\s+#[^\n]*\n\s+dynamic a web {exposed}\b", caddyfile)
    assert "\n{$SITE_HOST} {\n" in caddyfile
    assert "encode zstd gzip" in caddyfile


def test_proxy_is_the_only_one_whose_word_on_addresses_counts(services: Any) -> None:
    rules = re.sub(r"#.*", "", text_of("deploy/Caddyfile"))

    assert "trusted_proxies" not in rules
    assert services["web"]["environment"]["TRUSTED_PROXY_COUNT"] == "1"


def test_proxy_knows_no_secret(services: Any) -> None:
    assert re.findall(r"\{\$(\w+)", text_of("deploy/Caddyfile")) == ["SITE_HOST"]
    assert set(services["proxy"]["environment"]) == {"SITE_HOST"}


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
