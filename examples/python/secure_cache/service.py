"""A small HTTP service with a cache: copy its structure, not its routes.

Keys and values may be health data: they are never logged, and they expire.
"""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from aiohttp.typedefs import Handler
from redis.exceptions import RedisError

from .client import Client, Credentials, Login
from .failures import SecretUnreadable, explain
from .masking import log

HEALTH_TIMEOUT_S = 5
CACHE_TTL_S = 3_600
#: Never expires: if this key is missing, the cache has lost its data.
MARKER = "secure_cache:marker"


class Service:
    def __init__(self, client: Client, login: Login, credentials: Credentials) -> None:
        self._client = client
        self._login = login
        self._credentials = credentials
        self._is_marked = False

    def application(self) -> web.Application:
        application = web.Application(middlewares=[answer_failures])
        application.router.add_get("/health", self.health)
        application.router.add_get("/stats", self.stats)
        application.router.add_put("/cache/{key}", self.put)
        application.router.add_get("/cache/{key}", self.get)
        return application

    async def health(self, _: web.Request) -> web.Response:
        """Whether the cache works, tested with the client of the service and its password."""
        await asyncio.wait_for(self._check(), HEALTH_TIMEOUT_S)
        return web.json_response({"status": "ok"})

    async def stats(self, _: web.Request) -> web.Response:
        reconnects = max(0, self._login.connections - 1)
        return web.json_response({"reconnects": reconnects, "reads": self._credentials.reads})

    async def put(self, request: web.Request) -> web.Response:
        value = await request.text()
        await self._client.set(_key(request), value, ex=CACHE_TTL_S)
        return web.Response(status=204)

    async def get(self, request: web.Request) -> web.Response:
        value = await self._client.get(_key(request))
        if value is None:
            return web.Response(status=404)
        return web.Response(text=str(value))

    async def _check(self) -> None:
        await self._client.ping()
        is_new = await self._client.set(MARKER, "1", nx=True)
        if is_new and self._is_marked:
            log(
                "redis_data_lost",
                level=logging.ERROR,
                message="the cache is empty or lost its marker; what is cached comes back by "
                "itself, sessions and jobs only from a snapshot",
            )
        self._is_marked = True


def _key(request: web.Request) -> str:
    return f"cache:{request.match_info['key']}"


@web.middleware
async def answer_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Responds with 503; only the log has the reason."""
    try:
        return await handler(request)
    except (TimeoutError, RedisError, SecretUnreadable, OSError) as error:
        failure = explain(error)
        log("redis_failed", level=logging.ERROR, kind=failure.kind, message=failure.message)
        return web.json_response({"status": "unavailable"}, status=503)
    except UnicodeDecodeError:
        return web.json_response({"status": "body must be text in UTF-8"}, status=400)
