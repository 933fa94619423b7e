"""Strict parser of the connection string: a lenient parser could connect to another host.

No error of this file quotes what it was given, nor keeps an exception that does. Not `urlsplit`:
that ends the host at a `/`, `#` or `?` of a password, and drops line ends without a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote_to_bytes

from .masking import Password

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
#: Options that redis-py reads from a connection string.
_TLS_QUERY = ("ssl_cert_reqs", "ssl_ca_certs", "ssl_check_hostname")
#: Userinfo of RFC 3986 without the colon; other characters must be percent-encoded.
_USERINFO = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")
_AUTHORITY = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]*))(?::([^:]*))?")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
#: Some programs read a name that ends in a number as an address.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_DIGITS = re.compile(r"0|[1-9][0-9]{0,14}")
_HOST_LENGTH_MAX = 253
#: Longest user or password: Redis ends a connection that sends more than 16 KiB before its login.
_LOGIN_BYTES_MAX = 8_192
#: Control characters, surrogates, line and paragraph separators.
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")


class Refused(ValueError):
    """The fault, as the end of a sentence: "has no host"."""


@dataclass(frozen=True)
class ConnectionUrl:
    username: str
    password: Password
    #: A name or an address; IPv6 without brackets.
    host: str
    port: int
    database: int
    is_tls: bool


def parse(text: str, plaintext_hosts: Collection[str] = ()) -> ConnectionUrl:
    """A missing user is `default`, a missing database 0; `redis://` is for this machine only, and
    for services of a compose file by their names.

    @raises Refused
    """
    found = re.fullmatch(r"(rediss?)://(.*)", text, re.DOTALL)
    if found is None:
        raise Refused("does not begin with rediss://")
    # The last @: an earlier one belongs to an unencoded password, which is refused.
    userinfo, at, target = found[2].rpartition("@")
    if not at:
        raise Refused("has no user and password before an @")
    username, password = _parse_userinfo(userinfo)
    host, port, database = _parse_target(target)
    is_tls = found[1] == "rediss"
    if not is_tls and host not in (*_LOCAL_HOSTS, *plaintext_hosts):
        raise Refused(
            "is without TLS (redis://) to another machine: only localhost is allowed, or a service "
            "of a compose file that the settings name"
        )
    return ConnectionUrl(username, password, host, port, database, is_tls)


def require_text(what: str, text: str) -> None:
    """@raises Refused"""
    if not text:
        raise Refused(f"has no {what}")
    if any(unicodedata.category(each) in _UNPRINTABLE for each in text):
        raise Refused(f"has a {what} with a character that is not printable, such as a line's end")
    if len(text.encode()) > _LOGIN_BYTES_MAX:
        raise Refused(
            f"has a {what} of more than {_LOGIN_BYTES_MAX} bytes, which is too long for a login"
        )


def require_host(host: str) -> None:
    """@raises Refused"""
    if not host:
        raise Refused("has no host")
    if not (_is_address(IPv4Address, host) or _is_address(IPv6Address, host) or _is_name(host)):
        raise Refused("has a host that is neither a name nor an address")


def _parse_userinfo(userinfo: str) -> tuple[str, Password]:
    user, colon, secret = userinfo.partition(":")
    if not colon:
        raise Refused("has no password: no colon before the @")
    if not (_USERINFO.fullmatch(user) and _USERINFO.fullmatch(secret)):
        raise Refused(
            "has a character in its user or password that must be percent-encoded there, such as "
            "# / ? @ : [ ] or a % without two hexadecimal digits"
        )
    username, password = _decode("user", user) or "default", _decode("password", secret)
    require_text("user", username)
    require_text("password", password)
    return username, Password(password)


def _decode(what: str, encoded: str) -> str:
    try:
        return unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError:
        # The decoder's error contains the bytes, so it must not be the context of this error.
        pass
    raise Refused(f"has a {what} whose percent-encoding is not UTF-8")


def _parse_target(target: str) -> tuple[str, int, int]:
    named = [name for name in _TLS_QUERY if re.search(f"[?&]{name}=", target)]
    if named:
        raise Refused(
            f"has {' and '.join(named)} after the host: leave them out, since TLS is always "
            "verified here, and name the authority's file to the client, not in the string"
        )
    if "?" in target or "#" in target:
        raise Refused(
            "has a query or a fragment after the host: only a database may follow it"
        )
    authority, _, path = target.partition("/")
    found = _AUTHORITY.fullmatch(authority)
    address, name, port = found.groups() if found else (None, "", None)
    host = name if address is None else address
    require_host(host)
    if address is not None and not _is_address(IPv6Address, address):
        raise Refused("has brackets around a text that is not an IPv6 address")
    if not port:
        raise Refused("has no port after its host")
    if not (_DIGITS.fullmatch(port) and 1 <= int(port) <= 65535):
        raise Refused("has a port that is not an integer from 1 to 65535")
    if path and not _DIGITS.fullmatch(path):
        raise Refused("has a database that is not an integer of 0 or more")
    return host, int(port), int(path or "0")


def require_service(name: str) -> None:
    """A name on a private network of one machine: without a dot, so none is on the internet.

    @raises Refused
    """
    if "." in name or ":" in name:
        raise Refused("has a name with a dot or a colon")
    require_host(name)


def _is_address(kind: type[IPv4Address] | type[IPv6Address], host: str) -> bool:
    try:
        kind(host)
    except ValueError:
        return False
    # A zone id is valid only on one machine.
    return "%" not in host


def _is_name(host: str) -> bool:
    labels = host.split(".")
    return (
        len(host) <= _HOST_LENGTH_MAX
        and all(_LABEL.fullmatch(label) for label in labels)
        and not _NUMBER.fullmatch(labels[-1])
    )
