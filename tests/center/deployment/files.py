"""What stands in them, read for the tests."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OURS = ("web", "web-calls", "worker", "worker-slow", "beat", "migrate")
SERVICES = {"proxy", *OURS, "pgbouncer", "db", "base-backup", "replica", "redis"}
SERVED_BY_OURS = ("web", "web-calls", "worker", "worker-slow", "beat")
#: answer pages: one of them those that many want in the same minute
WEBS = ("web", "web-calls")
WITH_PAPERS = (*WEBS, "worker", "worker-slow")

# Read by others than center/settings.py.
OF_GUNICORN = {"WEB_CONCURRENCY", "WEB_THREADS"}
OF_COMPOSE = {
    *("SITE_HOST", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "CENTER_VERSION", "DATABASE_HOST")
}
OF_BASE_BACKUPS = {"BASE_DAYS", "BASE_KEEP", "BASE_OPTIONS"}
# Read by center/settings.py and not for the operator of the containers to choose.
OF_THE_IMAGE = {"VAR_DIR", "STATIC_ROOT", "PAPERS_ROOT"}
OF_DEVELOPMENT = {"DEBUG", "HTTPS", "PORT", "TEST_DATABASE_NAME", "TEST_DATABASE_TEMPLATE"}

# ${NAME}, ${NAME:-default} and ${NAME:?complaint}; $$ is a dollar for the shell inside.
REFERENCE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::([-?])[^}]*)?\}")
SECRET_NAME = re.compile(r"SECRET|PASSWORD|_URL$|TOKEN|_KEYS?$")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


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


def pool_option(name: str) -> str:
    found = re.search(rf"^{name} = (\S+)$", text_of("deploy/pgbouncer/pgbouncer.ini"), re.MULTILINE)
    assert found, name
    return found[1]


def pool_databases() -> dict[str, tuple[dict[str, str], dict[str, int]]]:
    """Each database PgBouncer leads to: where, and what its connections are limited to (ms)."""
    section = text_of("deploy/pgbouncer/pgbouncer.ini").partition("[pgbouncer]")[0]
    found = re.findall(r"^(\w+) = (.*) connect_query='(.*)'$", section, re.MULTILINE)
    return {
        name: (
            dict(pair.split("=") for pair in where.split()),
            {key: int(ms) for key, ms in re.findall(r"SET (\w+) TO (\d+)", query)},
        )
        for name, where, query in found
    }
