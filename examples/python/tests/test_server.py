"""The server must be Redis and the primary; a node that became a replica is left."""

import asyncio
import unittest
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, RedisError

from secure_cache.client import Login, close, connect
from secure_cache.credentials import Credential, RedisCredentials
from secure_cache.failures import explain
from secure_cache.masking import Password
from secure_cache.settings import Settings

READONLY = b"-READONLY You can't write against a read only replica.\r\n"


def hello(role: str = "master", mode: str = "standalone") -> bytes:
    parts = ["mode", mode, "role", role]
    texts = b"".join(b"$%d\r\n%s\r\n" % (len(each), each.encode()) for each in parts)
    return b"*6\r\n" + texts + b"$5\r\nproto\r\n:3\r\n"


class Server:
    """A plaintext server with scripted replies, on this machine."""

    def __init__(self, answer: Callable[[str], bytes]) -> None:
        self.answer = answer
        self.connections = 0
        self.commands: list[str] = []

    async def __aenter__(self) -> "Server":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def client(self) -> Redis:
        url = f"redis://default:hush-hush-0123@localhost:{self.port}/0"
        settings = Settings.of({"REDIS_URL": url})

        async def read() -> Credential:
            return Credential.of_url(Password(url))

        credentials = RedisCredentials(read)
        return await connect(credentials, Login(credentials), settings)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while line := await reader.readline():
                parts = []
                for _ in range(int(line[1:])):
                    length = int((await reader.readline())[1:])
                    parts.append((await reader.readexactly(length + 2))[:-2].decode())
                name = parts[0].upper()
                self.commands.append(name)
                reply = self.answer(name)
                if parts[1:2] == ["3"]:
                    # RESP3, which has maps.
                    reply = reply.replace(b"*6\r\n", b"%3\r\n")
                writer.write(reply)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def redis(**special: bytes) -> Callable[[str], bytes]:
    answers = {"HELLO": hello(), "PING": b"+PONG\r\n", **special}
    return lambda name: answers.get(name, b"+OK\r\n")


class WhatAnswers(unittest.IsolatedAsyncioTestCase):
    async def kind(self, answer: Callable[[str], bytes]) -> str:
        async with Server(answer) as server:
            with self.assertRaises(RedisError) as caught:
                await server.client()
            self.assertNotIn("hush-hush", explain(caught.exception).message)
            return explain(caught.exception).kind

    async def test_must_be_redis(self) -> None:
        async with Server(redis()) as server:
            client = await server.client()
            self.assertTrue(await client.ping())
            await close(client)

    async def test_is_refused_if_hello_is_no_map(self) -> None:
        for reply in (b"+OK\r\n", b"*0\r\n", b"*1\r\n+x\r\n", b":2\r\n"):
            with self.subTest(reply):
                self.assertEqual(await self.kind(redis(HELLO=reply)), "not-redis")

    async def test_is_refused_if_ping_is_not_pong(self) -> None:
        for reply in (b"+OK\r\n", b"*0\r\n", b"+PONG!\r\n"):
            with self.subTest(reply):
                self.assertEqual(await self.kind(redis(PING=reply)), "not-redis")

    async def test_is_refused_if_it_is_a_web_server(self) -> None:
        answer = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
        self.assertEqual(await self.kind(lambda _: answer), "not-redis")

    async def test_is_refused_if_it_is_a_replica(self) -> None:
        self.assertEqual(await self.kind(redis(HELLO=hello("replica"))), "wrong-cache")


class ANodeThatBecameAReplica(unittest.IsolatedAsyncioTestCase):
    async def test_is_left_and_the_write_goes_out_once_more(self) -> None:
        async with Server(redis(SET=READONLY)) as server:
            client = await server.client()
            before = server.connections

            async def failed_over() -> None:
                while "SET" not in server.commands:
                    await asyncio.sleep(0)
                server.answer = redis()

            moved = asyncio.create_task(failed_over())
            self.assertTrue(await client.set("key", "value"))
            await moved
            self.assertGreaterEqual(server.commands.count("SET"), 2)
            self.assertGreater(server.connections, before)
            await close(client)

    async def test_that_stays_one_is_an_error_after_three_more_tries(self) -> None:
        async with Server(redis(SET=READONLY)) as server:
            client = await server.client()
            with self.assertRaises(ReadOnlyError) as caught:
                await client.set("key", "value")
            self.assertEqual(explain(caught.exception).kind, "wrong-cache")
            self.assertEqual(server.commands.count("SET"), 4)
            await close(client)
