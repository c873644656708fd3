"""The configuration files of the programs that come from the distribution."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from center.embedded import machine
from center.embedded.account import Account
from center.embedded.errors import EmbeddedServerError
from center.stack.plan import CALLS, WEBS, Plan

NGINX = """\
# Written by manage.py stack at each start; the proxy of production is deploy/Caddyfile.
{user}
worker_processes 1;
worker_rlimit_nofile 20000;
daemon off;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 15000; }}
http {{
    access_log off;
    server_tokens off;
    client_max_body_size 50m;
    client_body_timeout 20s;
    client_header_timeout 20s;
    send_timeout 20s;
    reset_timedout_connection on;
    keepalive_timeout 60s;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    upstream web {{
        least_conn;
{servers}
    }}
    # Nobody else stands in for it: a rush would then be everybody's. Its socket stays open
    # while it is started anew, where Caddy tries for ten seconds.
    upstream calls {{ server 127.0.0.1:{calls}; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location ~ ^/(health|metrics)(/|$) {{ return 404; }}
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_connect_timeout 2s;
        proxy_read_timeout 75s;
        proxy_next_upstream error timeout;
        proxy_next_upstream_timeout 10s;
        location ~ ^/programs/[^/]+/apply/(wait/)?$ {{ proxy_pass http://calls; }}
        location / {{ proxy_pass http://web; }}
        error_page 502 503 504 /away;
        location = /away {{
            internal;
            default_type "text/plain; charset=utf-8";
            add_header Retry-After 30 always;
            return 503 "잠시 점검 중입니다. 조금 뒤에 다시 열어 주십시오.\\nWe are back in a moment. Please try again shortly.\\n";
        }}
    }}
}}
"""

PGBOUNCER = """\
; Written by manage.py stack at each start; production's is deploy/pgbouncer/pgbouncer.ini.
[databases]
center = host=127.0.0.1 port={primary} dbname=center {pages}
center_work = host=127.0.0.1 port={primary} dbname=center {tasks}
center_replica = host=127.0.0.1 port={replica} dbname=center pool_size=10 {pages}
{shared}
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_file = {users}
"""


def program(name: str) -> str:
    """Where a program of the distribution lies. Raises EmbeddedServerError if it is missing."""
    found = shutil.which(
        name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"
    )
    if found is None:
        raise EmbeddedServerError(
            f"{name} is missing: type  sudo apt-get install {name}  and try again."
        )
    return found


def write_nginx(plan: Plan) -> Path:
    home = plan.var / "nginx"
    home.mkdir(exist_ok=True)
    servers = [f"        server 127.0.0.1:{plan.ports[name]}" for name in WEBS]
    # As root its children would become another user, who cannot enter every folder.
    user = "user root root;" if os.geteuid() == 0 else ""
    path = home / "nginx.conf"
    text = NGINX.format(
        user=user,
        servers="\n".join(f"{server} max_fails=1 fail_timeout=2s;" for server in servers),
        calls=plan.ports[CALLS],
        port=plan.port,
    )
    path.write_text(text)
    return path


def write_pgbouncer(plan: Plan, folder: Path, account: Account) -> Path:
    """In a folder the account can enter, as PgBouncer does not run as root. Its own section is
    that of production, and so is what the databases say of sizes and limits."""
    folder_of_production = Path(__file__).resolve().parents[2] / "deploy" / "pgbouncer"
    production = (folder_of_production / "pgbouncer.ini").read_text("utf-8")
    shared = production.partition("[pgbouncer]")[2].partition("; The addresses")[0]
    limits = dict(
        re.findall(r"^(\w+) = .*?((?:pool_size=\d+ )?connect_query='[^']*')", production, re.M)
    )
    ids = {"uid": account.uid, "gid": account.gid}
    users, path = folder / "users.txt", folder / "pgbouncer.ini"
    machine.write_private(users, f'"center" "{plan.password}"\n', **ids)
    text = PGBOUNCER.format(
        primary=plan.ports[plan.primary],
        replica=plan.ports[plan.replica],
        pages=limits["center"],
        tasks=limits["center_work"],
        shared=f"[pgbouncer]{shared.rstrip()}",
        port=plan.ports["pgbouncer"],
        users=users,
    )
    machine.write_private(path, text, **ids)
    return path
