"""
redis-py under traffic, sync or asyncio, standalone or cluster: one JSON text a line in and out.

The first line says where to connect; it has the password, so it is input and never an argument.
Never prints what an exception quotes, only its kind.
"""

import asyncio
import json
import logging
import sys

import redis
import redis.asyncio
from redis.backoff import ExponentialBackoff
from redis.exceptions import AuthenticationError, ConnectionError, TimeoutError
from redis.retry import Retry

RETRIES = 3
BACKOFF_S = 0.01
BACKOFF_MAX_S = 0.5
CONNECT_TIMEOUT_S = 5
HEALTH_CHECK_INTERVAL_S = 30

connects = 0


def count_connections(connection_class):
    """Counts logins: redis-py calls this method each time it has connected."""
    # Its name since redis-py 6; before, and by a cluster's client, the shorter one is called.
    has_long = hasattr(connection_class, "on_connect_check_health")
    name = "on_connect_check_health" if has_long else "on_connect"
    original = getattr(connection_class, name)

    def counted(self, *args, **kwargs):
        global connects
        connects += 1
        return original(self, *args, **kwargs)

    setattr(connection_class, name, counted)


def kind(error):
    """The kind of a failure in one word; redis-py strips the server's own from the message."""
    text = str(error)
    if isinstance(error, AuthenticationError):
        return "NOAUTH" if "required" in text.lower() else "WRONGPASS"
    inner = error.__cause__ or error.__context__
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "CERTIFICATE_VERIFY_FAILED"
    if inner is not None and inner is not error:
        found = kind(inner)
        if found.isupper():
            return found
    # A cluster's client says what its nodes said as a text.
    if "invalid username-password pair" in text:
        return "WRONGPASS"
    return type(error).__name__


class LoggedCause(logging.Handler):
    """Keeps why a node was not reached: a cluster's client has it in its log, not in its error."""

    last = None

    def emit(self, record):
        if record.exc_info:
            LoggedCause.last = record.exc_info[1]


def kind_at_start(error):
    """Why it cannot begin. The log is asked only where the error has no reason of its own."""
    found = kind(error)
    if found.isupper() or LoggedCause.last is None:
        return found
    return kind(LoggedCause.last)


def settings(place, retry_class):
    """Timeout, keepalive, health check; and both checks of the certificate."""
    common = {
        "ssl_cert_reqs": "required",
        "ssl_ca_certs": place["caFile"],
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_keepalive": True,
        "decode_responses": True,
    }
    if place["isSharded"]:
        return common
    return {
        **common,
        # Off by default before redis-py 6; a cluster's client of that age does not take it.
        "ssl_check_hostname": True,
        "health_check_interval": HEALTH_CHECK_INTERVAL_S,
        "retry": retry_class(ExponentialBackoff(BACKOFF_MAX_S, BACKOFF_S), RETRIES),
        "retry_on_error": [ConnectionError, TimeoutError],
    }


def answer(ok, **more):
    print(json.dumps({"ok": ok, "connects": connects, **more}), flush=True)


def run_sync(place):
    count_connections(redis.connection.SSLConnection)
    make = redis.RedisCluster if place["isSharded"] else redis.Redis
    client = make.from_url(place["url"], **settings(place, Retry))
    client.ping()
    answer(True)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            client.set(command["key"], command["value"])
            ok = client.get(command["key"]) == command["value"]
            answer(ok, kind="wrong answer")
        except Exception as error:
            answer(False, kind=kind(error))


async def run_asyncio(place):
    from redis.asyncio.retry import Retry as AsyncRetry

    count_connections(redis.asyncio.connection.SSLConnection)
    make = redis.asyncio.RedisCluster if place["isSharded"] else redis.asyncio.Redis
    client = make.from_url(place["url"], **settings(place, AsyncRetry))
    await client.ping()
    answer(True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        try:
            await client.set(command["key"], command["value"])
            ok = await client.get(command["key"]) == command["value"]
            answer(ok, kind="wrong answer")
        except Exception as error:
            answer(False, kind=kind(error))


def main():
    place = json.loads(sys.stdin.readline())
    logging.getLogger("redis").addHandler(LoggedCause())
    try:
        if sys.argv[1] == "asyncio":
            asyncio.run(run_asyncio(place))
        else:
            run_sync(place)
    except Exception as error:
        answer(False, kind=kind_at_start(error))


main()
