"""What holds for every service outside; the details are tested with each of them."""

import pytest

from merchants.checks import outside_addresses
from merchants.outside import is_safe


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://api.odcloud.kr/api/nts-businessman/v1", True),
        ("http://127.0.0.1:9000", True),
        ("http://[::1]:9000", True),
        ("http://localhost:9000", True),
        ("http://api.odcloud.kr/api", False),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost.example.com", False),
        ("http://10.0.0.1", False),
        ("ftp://127.0.0.1", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("/status", False),
        ("", False),
        ("https://exa mple.com:x/", False),
    ],
)
def test_is_safe_when_neither_tls_nor_this_machine_then_not(url, safe):
    assert is_safe(url) is safe


@pytest.mark.parametrize("name", ["BUSINESS_STATUS", "ADDRESS_SEARCH"])
@pytest.mark.parametrize(
    ("key", "url", "is_error"),
    [
        ("k", "https://example.com/api", False),
        ("", "http://example.com/api", False),
        ("k", "http://example.com/api", True),
        ("k", "", True),
    ],
)
def test_check_when_a_key_would_travel_in_the_clear_then_an_error(
    settings, name, key, url, is_error
):
    setattr(settings, f"{name}_KEY", key)
    setattr(settings, f"{name}_URL", url)
    found = [error.id for error in outside_addresses(None)]
    assert found == ([f"merchants.E_{name}_URL"] if is_error else [])
