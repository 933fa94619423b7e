"""Responses of the service when its cache hangs or is lost, or a body is not text."""

import asyncio
import unittest
from typing import Any
from unittest.mock import patch

from aiohttp.test_utils import TestClient, TestServer

from secure_cache import service
from secure_cache.client import Login
from secure_cache.credentials import Credential, RedisCredentials
from secure_cache.failures import SecretUnreadable


class Cache:
    """Replaces redis-py's client."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.hangs = False

    async def ping(self) -> bool:
        if self.hangs:
            await asyncio.Event().wait()
        return True

    async def set(self, key: str, value: str, nx: bool = False, ex: int | None = None) -> Any:
        if nx and key in self.values:
            return None
        self.values[key] = value
        return True

    async def get(self, key: str) -> str | None:
        return self.values.get(key)


async def no_secret() -> Credential:
    raise SecretUnreadable("not in this test")


class Answers(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.cache = Cache()
        credentials = RedisCredentials(no_secret)
        served = service.Service(self.cache, Login(credentials), credentials)  # type: ignore
        self.http = TestClient(TestServer(served.application()))
        await self.http.start_server()
        self.addAsyncCleanup(self.http.close)

    async def test_in_time_though_the_cache_hangs(self) -> None:
        self.cache.hangs = True
        with patch.object(service, "HEALTH_TIMEOUT_S", 0.02), self.assertLogs("secure_cache"):
            answer = await asyncio.wait_for(self.http.get("/health"), 10)
        self.assertEqual((answer.status, await answer.json()), (503, {"status": "unavailable"}))

    async def test_that_data_were_lost_are_said_once_and_only_then(self) -> None:
        with self.assertNoLogs("secure_cache"):
            await self.http.get("/health")
            await self.http.get("/health")
        self.cache.values.clear()
        with self.assertLogs("secure_cache") as logged:
            self.assertEqual((await self.http.get("/health")).status, 200)
            await self.http.get("/health")
        self.assertEqual([each.getMessage() for each in logged.records], ["redis_data_lost"])

    async def test_what_is_no_text_is_refused(self) -> None:
        self.assertEqual((await self.http.put("/cache/a", data=b"\xff")).status, 400)
        self.assertEqual((await self.http.get("/cache/a")).status, 404)
