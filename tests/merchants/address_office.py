"""An address service of our own: a real HTTP server in the format of juso.go.kr's search."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.merchants import tax_office

KEY = "U01TX0FVVEgyMDI2MTEyMzEwNDEwMDExNjUwMDE="

Behaviour = Callable[["Handler", dict[str, str]], None]


@dataclass
class AddressOffice(tax_office.TaxOffice):
    """What the server was asked, form by form, and how it is to behave."""

    forms: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    behaviours: deque[Any] = field(default_factory=deque)


class Handler(tax_office.Handler):
    office: AddressOffice

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.office.forms.append(form)
        self.office.paths.append(self.path)
        behave = self.office.behaviours.popleft() if self.office.behaviours else answers
        try:
            behave(self, form)
        except OSError:  # the client has gone, as it should
            self.close_connection = True


def row(road: str = "대구광역시 북구 유통단지로 34", **fields: Any) -> dict[str, Any]:
    """One address, field by field as documented."""
    return {
        "roadAddr": f"{road} (산격동)",
        "roadAddrPart1": road,
        "roadAddrPart2": " (산격동)",
        "jibunAddr": "대구광역시 북구 산격동 1800",
        "engAddr": "34 Yutongdanji-ro, Buk-gu, Daegu",
        "zipNo": "41515",
        "admCd": "2723010500",
        "rnMgtSn": "272303147018",
        "bdMgtSn": "2723010500118000000000001",
        "detBdNmList": "",
        "bdNm": "대구종합유통단지",
        "bdKdcd": "0",
        "siNm": "대구광역시",
        "sggNm": "북구",
        "emdNm": "산격동",
        "liNm": "",
        "rn": "유통단지로",
        "udrtYn": "0",
        "buldMnnm": "34",
        "buldSlno": "0",
        **fields,
    }


def body_of(rows: Any, code: str = "0", message: str = "정상") -> bytes:
    common = {
        "errorCode": code,
        "errorMessage": message,
        "totalCount": str(len(rows or [])),
        "currentPage": "1",
        "countPerPage": "10",
    }
    answer = {"results": {"common": common, "juso": rows}}
    return json.dumps(answer).encode()


def answers(handler: Handler, form: dict[str, str]) -> None:
    handler.send(body_of([row()]))


def lists(*rows: Any) -> Behaviour:
    return lambda handler, form: handler.send(body_of(list(rows)))


def refuses(code: str) -> Behaviour:
    """An error in the service's own words: status 200, no list."""
    return lambda handler, form: handler.send(body_of(None, code, "오류"))


def open_office() -> tuple[AddressOffice, Callable[[], None]]:
    office = AddressOffice()
    close = tax_office.serve(office, Handler)
    office.url += "/addrlink/addrLinkApi.do"
    return office, close
