"""deploy/Caddyfile: the one way in."""

import re
from fnmatch import fnmatch
from typing import Any

from django.conf import settings
from django.urls import reverse

from center.stack.files import NGINX
from tests.center.deployment.files import ROOT, final_stage, text_of

#: modules that take files, and an address of each
TAKE_FILES = {
    "bookings/admin/equipment.py",
    "bookings/admin/repair.py",
    "bookings/past_import/views.py",
    "center/reports/office_views.py",
    "merchants/papers/sending.py",  # of papers, and of answers of applications
    "merchants/register_import/views.py",
    "programs/admin/materials.py",
}
UPLOADS: dict[str, list[Any]] = {
    "admin:index": [],  # the staff's pages lie under it
    "admin:session_files": [1],
    "office_form_list": [],
    "paper_upload": ["registration"],
    "program_apply": ["a-program"],
}


def test_proxy_leads_to_the_web_server() -> None:
    exposed = next(rest for name, rest in final_stage() if name == "EXPOSE")
    caddyfile = text_of("deploy/Caddyfile")

    assert re.search(
        rf"\n\(web\) {{\n(?:\t[^\n]*\n)*\tdynamic a \{{args\[1\]\}} {exposed}\b", caddyfile
    )
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


def test_proxy_waits_for_slow_senders_so_that_no_thread_does() -> None:
    caddyfile = text_of("deploy/Caddyfile")
    sites = re.findall(r"\treverse_proxy( @\w+)? \{\n\t\timport web (\S+) (\S+)\n", caddyfile)
    limits = dict(re.findall(r"\t(read_header|read_body|write|idle) (\w+)", caddyfile))

    assert "(web) {\n\trequest_buffers {args[0]}\n\tresponse_buffers 16MiB\n" in caddyfile
    assert sites == [
        (" @calls", "4MiB", "web-calls"),
        (" @files", "4MiB", "web"),
        ("", "1MiB", "web"),
    ]
    assert caddyfile.count("\treverse_proxy") == len(sites)
    assert limits == {"read_header": "10s", "read_body": "2m", "write": "5m", "idle": "2m"}


def test_proxy_takes_much_only_where_files_are_handed_in() -> None:
    caddyfile = text_of("deploy/Caddyfile")
    files, others = re.findall(r"\t@(?:files|forms)( not)? path (.*)\n", caddyfile)
    sizes = re.findall(r"request_body @(\w+) \{\n\t\tmax_size (\w+)\n", caddyfile)

    assert (files[0], others[0]) == ("", " not")
    assert files[1] == others[1]
    assert sizes == [("files", "50MB"), ("forms", "1MiB")]
    # What Django keeps in memory of a form without its files.
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 1024 * 1024
    for name, arguments in UPLOADS.items():
        address = reverse(name, args=arguments)
        assert any(fnmatch(address, pattern) for pattern in files[1].split()), address
    for address in ("/account/login/", "/spaces/studio/hold/", "/programs/"):
        assert not any(fnmatch(address, pattern) for pattern in files[1].split()), address


def test_every_module_that_takes_files_is_known_to_the_proxy() -> None:
    takes = {
        str(path.relative_to(ROOT))
        for app in ("center", "merchants", "bookings", "programs")
        for path in (ROOT / app).rglob("*.py")
        if "request.FILES" in path.read_text("utf-8")
    }

    assert takes == TAKE_FILES


def test_proxy_of_the_stack_without_containers_leads_and_waits_as_that_of_production() -> None:
    """What is tried out on one machine must hold for the other one."""
    caddyfile = text_of("deploy/Caddyfile")
    nginx = NGINX.replace("{{", "{").replace("}}", "}")
    [addresses] = re.findall(r"@calls path_regexp (\S+)\n", caddyfile)
    waits = {
        "proxy_next_upstream_timeout": "lb_try_duration",
        "proxy_connect_timeout": "dial_timeout",
        "proxy_read_timeout": "response_header_timeout",
    }

    assert f"location ~ {addresses} {{ proxy_pass http://calls; }}" in nginx
    # One server, and nobody behind it: a rush stays with those who make it.
    assert "upstream calls { server 127.0.0.1:{calls}; }" in nginx
    for ours, theirs in waits.items():
        [there] = re.findall(rf"\t{theirs} (\w+)\n", caddyfile)
        assert re.findall(rf"\b{ours} (\w+);", nginx) == [there], ours
