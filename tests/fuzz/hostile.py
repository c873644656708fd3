"""Values nobody would type, and some that somebody might."""

from __future__ import annotations

import random

TEXTS = (
    *("", " ", "0", "-1", "1", "2", "7", "00", "1.5", "1e309", "NaN", "Infinity", "-0", "１２"),
    *("99999999999999999999", "9223372036854775808", "2147483648", "-2147483649", "٣"),
    *("true", "on", "null", "None", "[]", "{}", '{"a":', "[[[[[[[[", "__all__", "undefined"),
    *("2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "2026-11", "2026-13", "0001-W01"),
    *("2026-11-27T10:00", "2026-11-27T10:00:00+09:00", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59-12:00", "2026-11-27T25:61", "24:00", "10:00", "23:59:60"),
    *(
        "\x00",
        "a\x00b",
        "한글\x00",
        "\r\nX-Injected: yes",
        "\n",
        "\t",
        "\x1b[31m",
        "\x7f",
        "\ufeff",
    ),
    *("'", '"', "\\", "' OR 1=1--", "%s %(a)s {0} {a.b}", "${7*7}", "{{ 7|add:7 }}", "%", "%00"),
    *("<script>alert(1)</script>", "<img src=x onerror=a>", "javascript:alert(1)", "]]>", "<!--"),
    *("../../../../etc/passwd", "..\\..\\a", "//evil.example", "https://evil.example/", "/admin/"),
    *("😀", "\U0010ffff", "é", "é", "‮abc", "가" * 300, "ﷺ" * 40, "\ud800"),
    *("a@b", "staff@example.com", "010-1234-5678", "+82 10 1234 5678", "504-01-00017"),
)
HEADERS = (
    ("Accept", "*/*;q=junk"),
    ("Accept", "application/json"),
    ("Accept-Encoding", "br;q=9, gzip;q=0"),
    ("Accept-Language", "ko-KR;q=x," + "a-" * 400),
    ("Authorization", "Basic !!!!"),
    ("Content-Encoding", "gzip"),
    ("Cookie", "=; a; sessionid; ;;="),
    ("Cookie", "messages=\x80\x81; django_language=../../x; waiting_room=a:b:c"),
    ("Expect", "100-continue"),
    ("HX-Current-URL", "http://[::1"),
    ("HX-Request", "true"),
    ("HX-Target", "한글".encode().decode("latin-1")),
    ("If-Modified-Since", "Thu, 99 Foo 9999 99:99:99 GMT"),
    ("If-None-Match", '"' + "x" * 500 + '"'),
    ("Origin", "null"),
    ("Origin", "http://[bad"),
    ("Purpose", "prefetch"),
    ("Range", "bytes=9-1,-,0-99999999999999999999"),
    ("Referer", "http://[::1]:99999999/\x7f"),
    ("User-Agent", ""),
    ("User-Agent", "\xff" * 300),
    ("X-Forwarded-For", "not an address, 300.1.1.1, ::ffff:::"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Proto", "gopher"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Request-ID", "a\tb" * 90),
    ("X-Requested-With", "XMLHttpRequest"),
)
HOSTS = ("evil.example", "", "localhost:99999999", "[::1", "127.0.0.1,evil", "a" * 300)
METHODS = ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "FOO")
CONTENT_TYPES = (
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=nonsense",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=한".encode().decode("latin-1"),
    "application/json",
    "text/plain; charset=\x80",
    "",
)
#: beginnings of files, right and wrong
FILES = (
    ("a.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj<</Length 99999999999>>stream\n"),
    ("a.jpg", "image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\xff" * 60),
    ("a.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff"),
    ("a.heic", "image/heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40),
    ("a.csv", "text/csv", "이름,번호\n\x00,1\n".encode()),
    ("a.xlsx", "application/vnd.ms-excel", b"PK\x03\x04" + b"\x00" * 40),
    ("../../a\x00.pdf", "x/y", b""),
    ("가" * 200 + ".pdf", "application/pdf", b"%PDF-"),
)


def text(chance: random.Random) -> str:
    """One of the above, now and then very long."""
    if chance.random() < 0.02:
        return chance.choice(("a", "가", "%", "9", "\\")) * chance.choice((5_000, 70_000, 400_000))
    return chance.choice(TEXTS)
