"""Current credentials: one read for all callers, and another read after a refused login.

Never serves what is older than its bound, and never logs what it reads.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from .connection_url import Refused, parse, require_host, require_text
from .failures import LoginRefused, SecretUnreadable
from .masking import Password, log

#: Age after which a value is refreshed in the background.
REFRESH_AFTER_S = 300.0
#: Maximum age of a served value.
MAX_AGE_S = 3_600.0
#: Attempts of a read, and the longest pause before the second attempt; it doubles.
READ_ATTEMPTS = 3
READ_PAUSE_S = 0.1
#: Longest pause before a value that was served is read again: what makes one process read again,
#: such as a failover after a rotation, makes all of them do so in the same moment.
SPREAD_S = 0.3
#: Shortest time between reads of a secret whose password is refused.
REFUSED_PAUSE_S = 5.0


@dataclass(frozen=True)
class Credential:
    username: str
    password: Password
    host: str
    port: int
    #: Absent in the secret; a sharded cache has only database 0.
    database: int = 0
    is_tls: bool = True

    @staticmethod
    def of_secret(text: str) -> Credential:
        """@raises SecretUnreadable naming the key, never its value."""
        fields: Any = None
        is_too_deep = False
        # The parser's error quotes the secret, so the error below has no context.
        try:
            fields = json.loads(text)
        except ValueError:
            pass
        except RecursionError:
            is_too_deep = True
        if is_too_deep:
            raise SecretUnreadable(
                "the secret must be a JSON object of texts and numbers, got brackets that are "
                "nested too deeply; was it edited by hand?"
            )
        if not isinstance(fields, dict):
            raise SecretUnreadable("the secret is no JSON object; was it edited by hand?")
        if "host" not in fields and "password" in fields:
            raise SecretUnreadable(
                "the secret has no `host` yet; its first rotation brings it, so wait or rotate"
            )
        for key in ("username", "password", "host"):
            if not isinstance(fields.get(key), str) or not fields[key]:
                raise SecretUnreadable(f"the secret's `{key}` must be a text that is not empty")
        port = fields.get("port")
        if not isinstance(port, int) or isinstance(port, bool) or not 1 <= port <= 65535:
            raise SecretUnreadable("the secret's `port` must be a number from 1 to 65535")
        try:
            require_text("user", fields["username"])
            require_text("password", fields["password"])
            require_host(fields["host"])
        except Refused as error:
            raise SecretUnreadable(f"the secret {error}") from None
        return Credential(fields["username"], Password(fields["password"]), fields["host"], port)

    @staticmethod
    def of_url(url: Password, plaintext_hosts: Collection[str] = ()) -> Credential:
        """@raises SecretUnreadable, never with a part of the URL, which may be a password."""
        try:
            parts = parse(url.reveal(), plaintext_hosts)
        except Refused as error:
            raise SecretUnreadable(
                f"REDIS_URL {error}; take it from the secret's `url`, or percent-encode its user "
                "and password yourself"
            ) from None
        return Credential(
            parts.username, parts.password, parts.host, parts.port, parts.database, parts.is_tls
        )


class RedisCredentials:
    def __init__(
        self,
        read: Callable[[], Awaitable[Credential]],
        *,
        refresh_after_s: float = REFRESH_AFTER_S,
        max_age_s: float = MAX_AGE_S,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._read = read
        self._refresh_after_s = refresh_after_s
        self._max_age_s = max_age_s
        self._now = now
        self._sleep = sleep
        #: Random number from 0 to 1, for jitter.
        self._chance = chance
        self._value: Credential | None = None
        self._read_at_s = 0.0
        self._futile_at_s: float | None = None
        self._reading: asyncio.Task[Credential] | None = None
        #: Number of reads, failed reads included.
        self.reads = 0

    def __repr__(self) -> str:
        return f"RedisCredentials(reads={self.reads})"

    async def get(self) -> Credential:
        """@raises SecretUnreadable if there is no value within the maximum age."""
        value, age_s = self._value, self._now() - self._read_at_s
        if value is None or age_s >= self._max_age_s:
            return await self._read_once()
        if age_s >= self._refresh_after_s:
            # Background refresh: the previous password is accepted for at least a day.
            self._start_reading()
        return value

    async def refused(self, credential: Credential) -> Credential:
        """Other credentials. @raises LoginRefused if the secret still has the refused password."""
        value = self._value
        if value is not None and value.password != credential.password:
            return value
        if self._futile_at_s is not None and self._now() - self._futile_at_s < REFUSED_PAUSE_S:
            raise LoginRefused("the password was refused, and the secret was just read")
        # A read that began before the refusal may return the old value.
        for _ in range(1 if self._reading is None else 2):
            fresh = await self._read_once()
            if fresh.password != credential.password:
                return fresh
        self._futile_at_s = self._now()
        raise LoginRefused("the password was refused, and the secret has no other")

    async def _read_once(self) -> Credential:
        # A cancelled caller must not cancel the read for the others.
        return await asyncio.shield(self._start_reading())

    def _start_reading(self) -> asyncio.Task[Credential]:
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_bounded())
            self._reading.add_done_callback(_note_failure)
        return self._reading

    async def _read_bounded(self) -> Credential:
        try:
            if self._value is not None:
                await self._sleep(SPREAD_S * self._chance())
            for attempt in range(READ_ATTEMPTS):
                if attempt > 0:
                    await self._sleep(READ_PAUSE_S * 2**attempt * self._chance())
                began_s = self._now()
                self.reads += 1
                try:
                    value = await self._read()
                except SecretUnreadable as error:
                    failed = error
                    continue
                self._value, self._read_at_s, self._futile_at_s = value, began_s, None
                return value
            raise failed
        finally:
            self._reading = None


def _note_failure(reading: asyncio.Task[Credential]) -> None:
    error = None if reading.cancelled() else reading.exception()
    if error is not None:
        log("redis_secret_unreadable", level=logging.WARNING, message=str(error))
