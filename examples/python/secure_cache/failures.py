"""Failures of a cache with advice. Never contains a secret.

The kinds are those of our troubleshooting guide: no connection, a refused login, a failed health
check, data that seem lost since the cache is another one; besides them the secret itself.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

#: Replies to a refused login; old clients cut off the first word.
_REFUSALS = ("WRONGPASS", "NOAUTH", "invalid username-password", "Authentication required")

#: Replies of a cache to the wrong kind of client.
_WRONG_CACHE = (
    "MOVED ",
    "cluster support disabled",
    "Cluster mode is not enabled",
    "read only replica",
    "DB index is out of range",
)

_ADVICE = {
    "authentication-failed": (
        "the cache refuses the password, after the secret was read anew; ask `npx secure-redis "
        "status` who accepts what, and check that REDIS_SECRET_ARN is this cache's"
    ),
    "certificate-refused": (
        "the certificate of the cache is not trusted, or is for another name; connect to the host "
        "in the secret, and set REDIS_CA_FILE only where the authority is your own"
    ),
    "wrong-cache": (
        "this is not the cache that the client is for; check REDIS_CLUSTER and the endpoint before "
        "you look for lost data"
    ),
    "not-redis": (
        "something else answers there, such as a proxy or a web server; check the host and the port"
    ),
    "cannot-connect": (
        "the cache does not answer; check that it runs, that the host and port in the secret are "
        "its own, and that the security group lets this service in"
    ),
    "health-check-failed": (
        "it is not doing its work: look at its alarms, it may be loading, out of memory or "
        "without a shard"
    ),
}

#: Maximum length of a chain of exceptions.
CAUSES_MAX = 10


class SecretUnreadable(Exception):
    """The credentials secret is unreadable or malformed."""


class LoginRefused(RedisError):
    """Not a ConnectionError, which redis-py would retry with the same password."""


class IamLoginRefused(LoginRefused):
    """An IAM login that was refused; its message says what to check."""


class NotRedis(RedisError):
    """The server is not Redis. Not a ConnectionError, which redis-py would retry."""


class Demoted(RedisConnectionError):
    """A replica instead of the primary, as after a failover; a retry may reach the primary."""


@dataclass(frozen=True)
class Failure:
    kind: str
    message: str


def is_refusal(error: BaseException) -> bool:
    return isinstance(error, RedisError) and any(text in str(error) for text in _REFUSALS)


def explain(error: BaseException) -> Failure:
    """The failure that caused an exception, within its chain."""
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, SecretUnreadable):
            return Failure("credentials-unreadable", str(cause))
        if isinstance(cause, IamLoginRefused):
            return Failure("iam-login-refused", str(cause))
    for cause in causes:
        if isinstance(cause, LoginRefused) or is_refusal(cause):
            return _failure("authentication-failed")
        if isinstance(cause, NotRedis) or "Protocol Error" in str(cause):
            return _failure("not-redis")
        if isinstance(cause, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return _failure("certificate-refused")
        if isinstance(cause, RedisError) and any(text in str(cause) for text in _WRONG_CACHE):
            return _failure("wrong-cache")
    for cause in causes:
        if isinstance(cause, (OSError, RedisConnectionError, RedisTimeoutError, TimeoutError)):
            return _failure("cannot-connect")
    return _failure("health-check-failed", f"the cache answers with {_code(error)}; ")


def _failure(kind: str, what: str = "") -> Failure:
    return Failure(kind, what + _ADVICE[kind])


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and len(found) < CAUSES_MAX:
        found.append(following)
        following = following.__cause__ or following.__context__
    return found


def _code(error: BaseException) -> str:
    """The error code (`OOM`, `READONLY`, …) of a reply, else the name of the exception."""
    first = str(error).split(" ")[0]
    return first if first.isalpha() and first.isupper() else type(error).__name__
