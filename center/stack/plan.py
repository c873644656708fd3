"""Where everything of the stack lies and listens."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from center.embedded import machine
from center.embedded.errors import EmbeddedServerError

CLUSTERS = ("postgres-a", "postgres-b")
WEBS = ("web-1", "web-2")
#: the web server of the doors and waiting rooms of calls, and how far it steps back (nice): a
#: rush there takes of the processor what others leave
CALLS, BEHIND = "calls", 5
BEATS = ("beat-1", "beat-2")
#: what each worker takes; either does without the other, and one of them never works at
#: something slow (center/settings.py says what is what)
WORKERS = {"worker-1": "celery,messages", "worker-2": "celery,messages,slow"}
#: counted from the port of the proxy
_OFFSETS = {
    "proxy": 0,
    "web-1": 1,
    "web-2": 2,
    "pgbouncer": 3,
    "postgres-a": 4,
    "postgres-b": 5,
    "valkey": 6,
    CALLS: 7,
}


@dataclass(frozen=True)
class Plan:
    """One stack: the folder of its data, and its ports in a row from the proxy's on."""

    var: Path
    port: int

    @property
    def ports(self) -> dict[str, int]:
        return {name: self.port + offset for name, offset in _OFFSETS.items()}

    @property
    def state_file(self) -> Path:
        return self.var / "state.json"

    @property
    def password(self) -> str:
        return machine.secret(self.var / "password")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.ports['valkey']}"

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def database_url(self, server: str, database: str = "center") -> str:
        """``server`` is ``pgbouncer`` or one of the clusters."""
        return f"postgresql://center:{self.password}@127.0.0.1:{self.ports[server]}/{database}"

    @property
    def primary(self) -> str:
        """The cluster that takes writes; the other one follows it."""
        try:
            return (self.var / "primary").read_text().strip()
        except OSError:
            return CLUSTERS[0]

    @property
    def replica(self) -> str:
        return next(name for name in CLUSTERS if name != self.primary)

    def make_primary(self, name: str) -> None:
        machine.write_private(self.var / "primary", name)

    def environment(self, **variables: str) -> dict[str, str]:
        """That of the portal's own programs."""
        ours = {
            "ENVIRONMENT": "demo",
            "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": self.database_url("pgbouncer"),
            "DATABASE_REPLICA_URL": self.database_url("pgbouncer", "center_replica"),
            "REDIS_URL": self.redis_url,
            "VAR_DIR": str(self.var),
            "PORT": str(self.port),
            "TRUSTED_PROXY_COUNT": "1",
            "LOG_LEVEL": "INFO",  # by their logs the keeper knows that workers are ready
        }
        return os.environ | ours | variables


def refuse_taken_ports(plan: Plan) -> None:
    """Asked first, as preparing takes a while. Raises EmbeddedServerError."""
    for name, port in plan.ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as refused:
                raise EmbeddedServerError(
                    f"Port {port}, for {name}, cannot be used ({refused.strerror}); choose eight"
                    f" free ones in a row by the first: PORT={plan.port + 100} make stack"
                ) from refused
