"""Which addresses our machine may call for somebody else: public ones over https, never the inside of our own network.

The demo may also call this machine itself, over http, so that a receiver can be tried.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

PRINTABLE = re.compile(r"[!-~]{1,500}")
NAT64 = IPv6Network("64:ff9b::/96")
LOOPBACK_NAMES = ("localhost", "ip6-localhost")
Address = IPv4Address | IPv6Address


class TargetRefused(Exception):
    """The address may not be called. The message says why."""


def read(url: str) -> SplitResult:
    """The parts of an address that may be called, as far as its own letters show. Raises TargetRefused."""
    try:
        parts = urlsplit(url if PRINTABLE.fullmatch(url) else "")
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host:
        raise TargetRefused(_("Write the whole address in plain signs, as in https://farm.example.org/oasis."))
    if parts.username is not None or parts.fragment:
        raise TargetRefused(_("The address holds a name, a password or a part after #; leave that out."))
    literal = _literal(host)
    if parts.scheme == "https" or (parts.scheme == "http" and settings.DEMO and _names_loopback(host, literal)):
        if literal is not None:
            _check(literal, parts.scheme)
        return parts
    raise TargetRefused(_("The address must begin with https://, so that nobody on the way can read or change it."))


def resolve(parts: SplitResult) -> str:
    """One IP address behind the name, which the caller then connects to, whatever the name says a moment later.

    parts: of `read`. All addresses behind the name must be allowed. Raises TargetRefused, OSError (no such name).
    """
    found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    for address in addresses:
        _check(ip_address(address), parts.scheme)
    return addresses[0]


def _names_loopback(host: str, literal: Address | None) -> bool:
    return host in LOOPBACK_NAMES or (literal is not None and literal.is_loopback)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _check(address: Address, scheme: str) -> None:
    if settings.DEMO and address.is_loopback:
        return
    if scheme != "https" or not _is_public(address):
        raise TargetRefused(_("The address leads into a private network, and this site does not call there."))


def _is_public(address: Address) -> bool:
    """Reachable from everywhere; an IPv6 address that carries an IPv4 address inside is judged by that one, too."""
    if isinstance(address, IPv6Address):
        inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if any(each is not None and not _is_public(each) for each in inside):
            return False
        if address.ipv4_mapped is not None:
            return True
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
