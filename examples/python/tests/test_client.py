"""Each client has the common settings, and verifies the certificate."""

import ssl
import unittest
from typing import Any

from redis.asyncio import Redis

from secure_cache.client import Login, _options, _sharded
from secure_cache.credentials import Credential, RedisCredentials
from secure_cache.masking import Password
from secure_cache.settings import Settings, SettingsError

CREDENTIAL = Credential("default", Password("hush-hush-0123"), "cache", 6380)
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:Credentials-AbCdEf"


class Options(unittest.IsolatedAsyncioTestCase):
    async def test_are_those_of_every_client(self) -> None:
        options = _options(CREDENTIAL, Settings.of({"REDIS_SECRET_ARN": ARN}))
        pool: Any = Redis(**options).connection_pool
        connection = pool.make_connection()
        self.assertEqual(connection.socket_connect_timeout, 5)
        self.assertEqual(connection.socket_timeout, 5)
        self.assertIs(connection.socket_keepalive, True)
        self.assertIn(30, connection.socket_keepalive_options.values())
        self.assertEqual(connection.health_check_interval, 30)
        self.assertIs(connection.encoder.decode_responses, True)
        self.assertEqual(connection.cert_reqs, ssl.CERT_REQUIRED)
        self.assertIs(connection.check_hostname, True)

    async def test_hold_no_password(self) -> None:
        options = _options(CREDENTIAL, Settings.of({"REDIS_SECRET_ARN": ARN}))
        client = Redis(**options)
        self.assertNotIn("hush", repr(options) + repr(client) + repr(client.connection_pool))
        self.assertNotIn("password", options)


class Database(unittest.IsolatedAsyncioTestCase):
    def options(self, url: str) -> dict[str, Any]:
        return _options(Credential.of_url(Password(url)), Settings.of({"REDIS_URL": url}))

    async def test_is_the_one_of_the_connection_string(self) -> None:
        options = self.options("redis://default:hush-hush-0123@localhost:6379/3")
        pool: Any = Redis(**options).connection_pool
        self.assertEqual(pool.make_connection().db, 3)

    async def test_of_a_sharded_cache_is_the_first_or_it_is_refused(self) -> None:
        options = self.options("rediss://default:hush-hush-0123@cache:6380/3")

        async def read() -> Credential:
            return CREDENTIAL

        with self.assertRaisesRegex(SettingsError, "selects database 3, and a sharded cache has"):
            _sharded(Login(RedisCredentials(read)), options)
