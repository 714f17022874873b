"""Server-side request forgery: every way to an address inside that is known to us is a row here."""

from __future__ import annotations

import ipaddress

import pytest

from service.errors import CallRefused, InvalidInput, InvalidSettings
from service.outbound.addresses import Allowed, is_public, look_up, read_allowed, read_target, resolve_allowed


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("185.199.108.153", True),
        ("2001:4860:4860::8888", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("127.255.0.9", False),
        ("0.0.0.0", False),
        ("0.1.2.3", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # metadata of most clouds
        ("100.64.0.1", False),  # shared by a provider's customers
        ("100.100.100.200", False),  # metadata of Alibaba
        ("192.0.0.192", False),  # metadata of Oracle
        ("192.0.2.7", False),
        ("198.18.0.1", False),
        ("198.51.100.1", False),
        ("203.0.113.9", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),  # IPv4-compatible
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),  # NAT64 of 127.0.0.1
        ("64:ff9b::808:808", True),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
        ("2002:a9fe:a9fe::1", False),
        ("2001:0:53aa:64c:0:0:80ff:fffe", False),  # Teredo
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),  # metadata of AWS
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("100::1", False),
    ],
)
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost", "LOCALHOST", "127.0.0.1", "[::1]", "[::]"],
)
def test_other_spellings_of_this_machine_are_refused(host: str) -> None:
    with pytest.raises(CallRefused):
        resolve_allowed(read_target(f"http://{host}:8000/hook"), Allowed())


def test_one_address_inside_spoils_a_name() -> None:
    target = read_target("https://hook.example/")
    with pytest.raises(CallRefused, match=r"hook\.example leads to 10\.0\.0\.7"):
        resolve_allowed(target, Allowed(), resolve=lambda *_: ["8.8.8.8", "10.0.0.7"])
    assert resolve_allowed(target, Allowed(), resolve=lambda *_: ["8.8.8.8", "8.8.4.4"]) == ["8.8.8.8", "8.8.4.4"]


def test_an_address_with_a_zone_is_still_inside() -> None:
    with pytest.raises(CallRefused):
        resolve_allowed(read_target("http://router.example/"), Allowed(), resolve=lambda *_: ["fe80::1%eth0"])


@pytest.mark.parametrize(
    ("allow", "host", "address", "passes"),
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", "127.0.0.2", False),
        ("10.0.0.0/8, fd00::/8", "cms.example", "10.2.3.4", True),
        ("10.0.0.0/8, fd00::/8", "cms.example", "fd00::5", True),
        ("10.0.0.0/8", "cms.example", "192.168.0.1", False),
        ("CMS.example.", "cms.example", "192.168.0.1", True),
        ("cms.example", "evil-cms.example", "192.168.0.1", False),
        ("", "cms.example", "192.168.0.1", False),
    ],
)
def test_what_the_operator_allows(allow: str, host: str, address: str, passes: bool) -> None:
    target = read_target(f"http://{host}/")
    if passes:
        assert resolve_allowed(target, read_allowed(allow), resolve=lambda *_: [address]) == [address]
    else:
        with pytest.raises(CallRefused):
            resolve_allowed(target, read_allowed(allow), resolve=lambda *_: [address])


@pytest.mark.parametrize("text", ["10.0.0.0/40", "10.0.0.1/8", "a b", "http://x/y", "300.1.2.3"])
def test_an_allow_list_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(InvalidSettings, match=r"outbound\.allow"):
        read_allowed(text)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/",
        "file:///etc/passwd",
        "gopher://host/",
        "//host/",
        "host",
        "http://",
        "http:///path",
        "http://user@host/",
        "http://user:pw@host/",
        "http://:@host/",
        "http://host:0/",
        "http://host:99999/",
        "http://host/a b",
        "http://host/\r\nX: y",
        "http://[::1/",
        "http://" + "a" * 64 + ".example/",
        "http://a..b/",
    ],
)
def test_what_is_no_target(url: str) -> None:
    with pytest.raises(InvalidInput):
        read_target(url)


def test_a_target_is_taken_apart() -> None:
    target = read_target("https://خبر.example:8443/مسار?س=1#fragment")
    assert (target.scheme, target.host, target.port) == ("https", "xn--ngblk.example", 8443)
    assert target.path == "/%D9%85%D8%B3%D8%A7%D8%B1?%D8%B3=1"
    assert target.authority == "xn--ngblk.example:8443"
    assert read_target("http://[2001:db8::1]/").authority == "[2001:db8::1]"


def test_the_system_is_asked_for_names() -> None:
    assert look_up("127.0.0.1", 80) == ["127.0.0.1"]
