"""docker-compose.yml: what runs, how often, with which rights."""

import re
from fnmatch import fnmatch
from typing import Any

import pytest
from django.conf import settings

from center.celery import app
from center.stack.plan import BEHIND
from tests.center.deployment.files import (
    OURS,
    SERVED_BY_OURS,
    SERVICES,
    WEBS,
    WITH_PAPERS,
    final_stage,
    pool_databases,
    pool_option,
    text_of,
    variables_of,
)

#: it leads elsewhere once the replica was promoted
PAST_THE_POOL = "${DATABASE_HOST:-db}"


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
    static = ["static:/var/lib/static"] if name == "migrate" else []
    assert service["volumes"] == [f"files:{image['VAR_DIR']}", *papers, *static]


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
    assert of_the_image if name in WEBS else services[name]["healthcheck"]["test"]


def test_migration_runs_once_and_everything_waits_for_it(services: Any) -> None:
    migrate = services["migrate"]

    assert migrate["command"][-1] == (
        "python manage.py migrate --no-input && python manage.py publish_static /var/lib/static"
    )
    assert migrate["restart"] == "no"
    assert migrate["healthcheck"] == {"disable": True}
    assert migrate["depends_on"] == {"db": {"condition": "service_healthy"}}
    for name in SERVED_BY_OURS:
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "pgbouncer": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
        }
    # The doors of calls alone are no reason to keep all other pages shut.
    assert services["proxy"]["depends_on"] == {
        "web": {"condition": "service_healthy"},
        "web-calls": {"condition": "service_started"},
    }


def test_web_worker_and_beat_are_several(services: Any) -> None:
    replicas = [services[name]["deploy"]["replicas"] for name in SERVED_BY_OURS]

    assert replicas == [2, 1, 2, 1, 2]


def test_doors_of_calls_take_of_the_processor_what_others_leave(services: Any) -> None:
    shares = {name: service.get("cpu_shares", 1024) for name, service in services.items()}

    assert {name for name, share in shares.items() if share < 1024} == {"web-calls"}
    # As much as the steps back of the stack without containers come to.
    assert shares["web-calls"] == pytest.approx(1024 / 1.25**BEHIND, rel=0.02)


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
        for name in ("db", "base-backup", "replica", "pgbouncer", "redis", "migrate")
    } == {
        "db": ["data"],
        "base-backup": ["data"],
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


def test_database_has_connections_for_the_pool_and_every_thread_has_one(services: Any) -> None:
    per_container = variables_of(final_stage())
    threads = int(per_container["WEB_CONCURRENCY"]) * int(per_container["WEB_THREADS"])
    tasks = sum(
        services[name]["deploy"]["replicas"] * int(word.removeprefix("--concurrency="))
        for name in ("worker", "worker-slow")
        for word in services[name]["command"]
        if word.startswith("--concurrency=")
    )
    pages = int(pool_option("default_pool_size"))
    work = int(pool_databases()["center_work"][0]["pool_size"])
    reserves = 2 * int(pool_option("reserve_pool_size"))
    options = dict(
        re.findall(r"^(\w+) = '?([\w.*]+)", text_of("deploy/postgresql.conf"), re.MULTILINE)
    )

    assert sum(services[name]["deploy"]["replicas"] for name in WEBS) * threads <= pages
    assert 2 * tasks <= work  # one holds a lock
    # Beside it the migration, backups, the replica and somebody who looks what is wrong.
    assert (pages + work + reserves) * 2 <= int(options["max_connections"])
    assert options["random_page_cost"] == "1.1"


def test_portal_asks_through_the_pool_and_migrations_past_it(services: Any) -> None:
    port = pool_option("listen_port")
    asked = {name: services[name]["environment"]["DATABASE_URL"] for name in OURS}

    assert pool_option("pool_mode") == "transaction"
    assert {name for name, url in asked.items() if f"@pgbouncer:{port}/" in url} == {
        *SERVED_BY_OURS
    }
    assert f"@{PAST_THE_POOL}:5432/" in asked["migrate"]
    assert settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True


def test_what_hangs_ends_before_nobody_waits_for_it_any_more(services: Any) -> None:
    (pages, of_pages), (work, of_work) = (
        pool_databases()[name] for name in ("center", "center_work")
    )
    [waits] = re.findall(r"response_header_timeout (\d+)s", text_of("deploy/Caddyfile"))

    assert set(of_pages) == {
        *("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    }
    assert 0 < of_pages["lock_timeout"] < of_pages["statement_timeout"] < int(waits) * 1000
    assert (
        max(settings.BOOKING_LOCK_TIMEOUT_MS, settings.PROGRAM_LOCK_TIMEOUT_MS)
        < (of_pages["lock_timeout"])
    )
    assert of_work["statement_timeout"] == settings.CELERY_TASK_TIME_LIMIT * 1000
    assert (pages["host"], work["host"], work["dbname"]) == ("db", "db", "center")
    asked = {name: services[name]["environment"]["DATABASE_URL"] for name in SERVED_BY_OURS}
    assert {name: url.rpartition("/")[2] for name, url in asked.items()} == {
        **dict.fromkeys(WEBS, "center"),
        **dict.fromkeys(("worker", "worker-slow", "beat"), "center_work"),
    }


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


def test_base_backups_lie_beside_the_archived_wal_on_a_volume_of_their_own(
    compose: Any, services: Any
) -> None:
    volume = "archive:/var/lib/postgresql/archive"
    job = services["base-backup"]

    assert volume in services["db"]["volumes"]
    assert job["volumes"] == [volume]
    assert "archive" in compose["volumes"]
    assert job["image"] == services["db"]["image"]  # its programs are of the same version
    assert job["environment"]["PGHOST"] == PAST_THE_POOL
    assert job["configs"] == [{"source": "base-backup", "target": "/etc/base-backup.sh"}]
    assert compose["configs"]["base-backup"] == {"file": "deploy/base-backup.sh"}
    assert "gosu postgres sh /etc/base-backup.sh" in job["command"][-1]
    assert (job["read_only"], job["cap_drop"]) == (True, ["ALL"])
    # It tries every hour and is called well by what the script leaves behind.
    assert "/var/lib/postgresql/archive/base " in job["healthcheck"]["test"][1]


def test_backups_go_past_the_pool(services: Any) -> None:
    for name in OURS:
        direct = services[name]["environment"]["DATABASE_DIRECT_URL"]
        assert f"@{PAST_THE_POOL}:5432/" in direct


def test_replica_made_anew_frees_its_slot_first_or_it_could_never_begin(services: Any) -> None:
    script = services["replica"]["command"][-1]

    assert script.index("DROP_REPLICATION_SLOT replica") < script.index(
        "--create-slot --slot=replica"
    )
    assert 'replica" || true\n' in script  # the first time there is none, under "set -e"


def test_promotion_when_followed_then_nothing_is_left_at_the_lost_database(services: Any) -> None:
    """Every address of ours follows DATABASE_HOST or goes through the pool."""
    hosts = {
        value.rpartition("@")[2].partition(":5432")[0]
        for name in OURS
        for key, value in services[name]["environment"].items()
        if key.startswith("DATABASE") and value
    }

    assert {host for host in hosts if "pgbouncer" not in host} == {PAST_THE_POOL}
    assert {where["host"] for where, _limits in pool_databases().values()} == {"db"}
    assert "DATABASE_HOST=replica" in text_of("docs/production.md")
