"""Creates the clients of the cache, with common settings.

Each new connection logs in with the credentials of the moment; TLS is always verified.
"""

from __future__ import annotations

import socket
from typing import Any

import redis
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import FullJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from .credentials import Credential, RedisCredentials
from .failures import Demoted, LoginRefused, NotRedis, SecretUnreadable, is_refusal
from .iam import IamCredentials
from .masking import log
from .renewal import Renewals
from .settings import Settings, SettingsError

Client = Redis | RedisCluster
Credentials = RedisCredentials | IamCredentials

CONNECT_TIMEOUT_S = 5
#: Timeout of a command. Not for a client that blocks on purpose, with BLPOP.
COMMAND_TIMEOUT_S = 5
KEEP_ALIVE_S = 30
HEALTH_CHECK_INTERVAL_S = 30
#: After a lost connection a command is repeated, so commands must be idempotent, as SET is.
RETRIES = 3
RETRY_PAUSE_MAX_S = 0.5
#: The asyncio cluster client of earlier versions silently connects without TLS.
CLUSTER_TLS_SINCE = (4, 4)


class Login:
    """Login and checks of every new connection; counts the connections."""

    def __init__(self, credentials: Credentials, *, is_sharded: bool = False) -> None:
        self._credentials = credentials
        is_iam = isinstance(credentials, IamCredentials)
        self._renewals = Renewals(credentials) if is_iam else None
        self._is_sharded = is_sharded
        self.connections = 0

    async def log_in(self, connection: Any) -> None:
        try:
            credential = await self._credentials.get()
            await self._try(connection, credential)
        except SecretUnreadable as error:
            # An error of redis-py, so that it closes the connection.
            raise LoginRefused("there are no credentials to log in with") from error

    async def _try(self, connection: Any, credential: Credential) -> None:
        if self._renewals is not None:
            self._renewals.begins(connection)
        connection.username = credential.username
        connection.password = credential.password.reveal()
        try:
            try:
                await connection.on_connect()
            except (AttributeError, TypeError):
                # redis-py does not check that the reply to HELLO is a map.
                raise NotRedis("the server must answer HELLO with a map") from None
            await _require_redis(connection, self._is_sharded)
            self.connections += 1
            if self._renewals is not None:
                self._renewals.logged_in(connection)
        except RedisError as error:
            if not is_refusal(error):
                raise
            # Raises if the secret has no other password, so the loop ends.
            await self._credentials.refused(credential)
            await connection.disconnect()
            await connection.connect()


async def _require_redis(connection: Any, is_sharded: bool) -> None:
    """@raises NotRedis, Demoted if the server is a proxy, or has become a replica."""
    # The protocol of the connection; redis-py before 5 knows only RESP2.
    protocol = getattr(connection, "protocol", 2)
    await connection.send_command("HELLO", protocol, check_health=False)
    hello = _map_of(await connection.read_response())
    await connection.send_command("PING", check_health=False)
    pong = await connection.read_response()
    if not isinstance(hello.get("mode"), str) or not isinstance(hello.get("role"), str):
        raise NotRedis("the server must answer HELLO with a map of mode and role")
    if pong != "PONG":
        raise NotRedis("the server must answer PING with PONG")
    if not is_sharded and hello["role"] == "replica":
        raise Demoted("the node is a read only replica")


def _map_of(reply: Any) -> dict[Any, Any]:
    """A map in RESP3, a list of names and values in RESP2; empty if it is neither."""
    if isinstance(reply, dict):
        return reply
    if not isinstance(reply, list) or len(reply) % 2 != 0:
        return {}
    names = reply[::2]
    is_map = all(isinstance(name, str) for name in names)
    return dict(zip(names, reply[1::2])) if is_map else {}


async def connect(credentials: Credentials, login: Login, settings: Settings) -> Client:
    """A client that has answered PING. @raises SecretUnreadable, RedisError: see `explain`."""
    credential = await credentials.get()
    options = _options(credential, settings)
    client: Client
    if settings.is_sharded:
        client = _sharded(login, options)
    else:
        retry = Retry(FullJitterBackoff(cap=RETRY_PAUSE_MAX_S, base=0.05), RETRIES)
        # A primary that became a replica keeps its connections and refuses each write.
        on = [RedisConnectionError, RedisTimeoutError, ReadOnlyError]
        client = Redis(redis_connect_func=login.log_in, retry=retry, retry_on_error=on, **options)
    try:
        await client.ping()
    except BaseException:
        await close(client)
        raise
    # Without user and password.
    url = f"{credential.host}:{credential.port}/{credential.database}"
    log("redis_connection_initialized", url=url)
    return client


async def close(client: Client) -> None:
    # `close` until redis-py 5.
    await getattr(client, "aclose", client.close)()


def _options(credential: Credential, settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "host": credential.host,
        "port": credential.port,
        "db": credential.database,
        "decode_responses": True,
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_timeout": COMMAND_TIMEOUT_S,
        "socket_keepalive": True,
        "health_check_interval": HEALTH_CHECK_INTERVAL_S,
    }
    if hasattr(socket, "TCP_KEEPIDLE"):
        options["socket_keepalive_options"] = {socket.TCP_KEEPIDLE: KEEP_ALIVE_S}
    if credential.is_tls:
        options.update(
            ssl=True,
            ssl_cert_reqs="required",
            # Off by default until redis-py 6, which accepts any certificate of the authority.
            ssl_check_hostname=True,
            ssl_ca_certs=settings.ca_file,
        )
    return options


def _sharded(login: Login, options: dict[str, Any]) -> RedisCluster:
    if options["db"] != 0:
        raise SettingsError(
            f"REDIS_URL selects database {options['db']}, and a sharded cache has database 0 only; "
            "end it with /0, or leave REDIS_CLUSTER out"
        )
    version = tuple(int(part) for part in redis.__version__.split(".")[:2])
    if version < CLUSTER_TLS_SINCE:
        raise SettingsError(
            f"redis-py {redis.__version__} has no TLS for a sharded cache in asyncio; REDIS_CLUSTER "
            "needs 4.4 or newer; run `pip install -r requirements.txt`"
        )
    client = RedisCluster(**options)
    # The constructor takes no connect function, but passes these to each connection.
    nodes = client.nodes_manager.startup_nodes.values()
    for arguments in (client.get_connection_kwargs(), *(each.connection_kwargs for each in nodes)):
        arguments["redis_connect_func"] = login.log_in
    return client
