"""Which addresses a call may reach: those of the public internet, and what the operator allows besides.

A name is resolved once, every address of it is checked, and the connection goes to an address that was checked: a name
that points somewhere else a moment later changes nothing. An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64)
counts as what it leads to.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult, quote, urlsplit

from service.errors import CallRefused, InvalidInput, InvalidSettings

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host. Raises `OSError` when there is none."""

_PROTOCOLS = IPv4Network("192.0.0.0/24")
"""Protocol assignments, with the metadata service of Oracle's cloud; Python 3.11 takes most of it for global."""
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """A web address taken apart; `host` in ASCII, as it is sent and as a certificate names it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be reached besides the public internet: host names and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def covers(self, address: Address) -> bool:
        """Tell whether the address lies in an allowed network."""
        return any(address in network for network in self.networks)


def read_allowed(text: str) -> Allowed:
    """Read the operator's list: names, addresses and networks, parted by commas. Raises `InvalidSettings`."""
    hosts, networks = set(), []
    for item in (part.strip().lower() for part in text.split(",")):
        if not item:
            continue
        try:
            networks.append(ipaddress.ip_network(item))
        except ValueError:
            if "/" in item or any(letter.isspace() for letter in item) or item.replace(".", "").isdigit():
                raise InvalidSettings(f"outbound.allow: {item!r} is no host name, address or network") from None
            hosts.add(item.rstrip("."))
    return Allowed(frozenset(hosts), tuple(networks))


def read_target(url: str) -> Target:
    """Take a web address apart. Raises `InvalidInput` for what is not http(s), and for one with a user or password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if not _is_ip(host):
            host = host.encode("idna").decode("ascii").rstrip(".")
    except ValueError as error:
        raise InvalidInput("is not a web address", pointer="/url") from error
    if parts.scheme not in _DEFAULT_PORTS or not host or port == 0:
        raise InvalidInput("must be an absolute http or https address", pointer="/url")
    if parts.username is not None or parts.password is not None:
        raise InvalidInput("must not have a user or password in it", pointer="/url")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise InvalidInput("must not have blanks in it", pointer="/url")
    return Target(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme], _write_path(parts))


def resolve_allowed(target: Target, allowed: Allowed, *, resolve: Resolve | None = None) -> list[str]:
    """Return the addresses of a target's host, each of which may be reached.

    Raises `CallRefused` when one of them may not (then the host is not to be trusted), `OSError` when there is none.
    """
    addresses = [
        ipaddress.ip_address(found.partition("%")[0]) for found in (resolve or look_up)(target.host, target.port)
    ]
    if target.host not in allowed.hosts:
        for address in addresses:
            if not (is_public(address) or allowed.covers(address)):
                raise CallRefused(f"{target.host} leads to {address}, which is not on the public internet")
    return [str(address) for address in addresses]


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to some host of the public internet."""
    if isinstance(address, IPv4Address):
        is_special = address.is_multicast or address.is_reserved or address in _PROTOCOLS
        return address.is_global and not is_special
    inner = _inner_address(address)
    if inner is not None:
        return is_public(inner)
    return address in _UNICAST and address.is_global


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host, each once, in the order to try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _inner_address(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _write_path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{path}?{query}" if query else path
