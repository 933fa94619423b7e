"""Renews the IAM logins of redis-py connections, before the server ends them after 12 hours.

AUTH goes out before a command, never within a transaction, where ElastiCache does not count it. A
subscriber in RESP2 takes no AUTH: its connection ends, and redis-py subscribes again.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from redis.exceptions import RedisError

from .failures import SecretUnreadable, is_refusal
from .iam import IamCredentials
from .masking import log

#: Shares of a connection's life: when its login is renewed, the random delay, and the pause after
#: a failure: 6 hours, up to 2 hours and 5 minutes of 12 hours.
RENEW_AT = 1 / 2
SPREAD = 1 / 6
RETRY_AFTER = 1 / 144
#: After this share an idle connection is replaced: the server may be about to end it.
REPLACE_AT = 11 / 12

_SUBSCRIBES = re.compile(rb"\*\d+\r\n\$\d+\r\n[PS]?SUBSCRIBE\r\n")

Send = Callable[..., Awaitable[None]]


class Renewals:
    def __init__(
        self,
        credentials: IamCredentials,
        *,
        now: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._credentials = credentials
        self._now = now
        self._chance = chance
        #: When the login of a connection is renewed.
        self._due: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        self._logged_in_at: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        self._watched: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()
        self.renewed = 0

    def begins(self, connection: Any) -> None:
        """Call it before each login of a connection."""
        self._due.pop(connection, None)

    def logged_in(self, connection: Any) -> None:
        """Call it after each login of a connection."""
        life_s = self._credentials.connection_s
        self._logged_in_at[connection] = self._now()
        self._due[connection] = self._now() + life_s * (RENEW_AT + SPREAD * self._chance())
        if connection in self._watched:
            return
        self._watched[connection] = True
        send: Send = connection.send_packed_command

        async def renewing(command: Any, *more: Any, **named: Any) -> None:
            await self._renew(connection, command, send)
            await send(command, *more, **named)

        # Every command passes here, those of pipelines and of a sharded cache, too.
        connection.send_packed_command = renewing

    async def _renew(self, connection: Any, command: Any, send: Send) -> None:
        if _SUBSCRIBES.match(_first_bytes(command)):
            self._due.pop(connection, None)
        due_s = self._due.get(connection)
        if due_s is None or self._now() < due_s or not connection.is_connected:
            return
        life_s = self._credentials.connection_s
        if self._now() - self._logged_in_at[connection] > life_s * REPLACE_AT:
            # `send` connects again, and logs in.
            await connection.disconnect()
            return
        # Until then no further try, if this one fails.
        self._due[connection] = self._now() + life_s * RETRY_AFTER
        try:
            credential = await self._credentials.get()
            words = ("AUTH", credential.username, credential.password.reveal())
            await send(connection.pack_command(*words), False)
            await connection.read_response()
        except SecretUnreadable as error:
            log("redis_login_not_renewed", level=logging.WARNING, message=str(error))
            return
        except RedisError as error:
            if not is_refusal(error):
                raise
            log("redis_login_not_renewed", level=logging.WARNING, message="AUTH was refused")
            return
        self.renewed += 1
        self.logged_in(connection)


def _first_bytes(command: Any) -> bytes:
    first = command if isinstance(command, (bytes, str)) else next(iter(command), b"")
    return first.encode() if isinstance(first, str) else first
