"""Tokens of IAM: signed as AWS describes, masked everywhere, and renewed between commands."""

import datetime
import os
import unittest
from typing import Any
from unittest import mock

from redis.exceptions import AuthenticationError

from secure_cache.credentials import Credential
from secure_cache.failures import IamLoginRefused, SecretUnreadable, explain
from secure_cache.iam import IamCredentials, IamTokens
from secure_cache.masking import Password, mask
from secure_cache.renewal import Renewals
from secure_cache.settings import Iam, Settings, SettingsError

IAM = Iam("app", "shop", "eu-west-1", "cache", 6380)
#: AWS's example key.
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}
AT = datetime.datetime(2026, 11, 28, 15, 20, 55)
NO_FILES = {
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Clock(datetime.datetime):
    @classmethod
    def utcnow(cls) -> Any:
        return AT

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return AT if tz is None else AT.replace(tzinfo=tz)


def signed(environment: dict[str, str]) -> str:
    with mock.patch.dict(os.environ, {**NO_FILES, **environment}, clear=True):
        with mock.patch("datetime.datetime", Clock):
            return IamTokens(IAM).sign().reveal()


class Token(unittest.IsolatedAsyncioTestCase):
    def test_is_the_one_that_the_client_in_typescript_signs(self) -> None:
        token = signed(KEYS)
        self.assertTrue(token.startswith("shop/?Action=connect&User=app&X-Amz-Algorithm=AWS4-HMAC"))
        self.assertIn(
            "X-Amz-Signature=0b46900c7a43f102aaaa8940bcf58852c7bec56eeb6778cad3cf415d04bc173d",
            token,
        )
        self.assertIn("&X-Amz-Expires=900&", token)

    def test_has_the_session_token_of_temporary_credentials(self) -> None:
        token = signed({**KEYS, "AWS_SESSION_TOKEN": "IQoJb3JpZ2lu/+a=="})
        self.assertIn("X-Amz-Security-Token=IQoJb3JpZ2lu%2F%2Ba%3D%3D", token)

    def test_is_printed_nowhere(self) -> None:
        token = signed({**KEYS, "AWS_SESSION_TOKEN": "IQoJb3JpZ2lu"})
        shown = mask(f"AUTH app {token}") + repr(Credential("app", Password(token), "c", 1))
        self.assertNotRegex(shown, "IQoJ|Signature=[0-9a-f]")

    async def test_needs_aws_credentials(self) -> None:
        with mock.patch.dict(os.environ, NO_FILES, clear=True):
            credentials = IamCredentials(IAM, IamTokens(IAM))
            with self.assertRaisesRegex(SecretUnreadable, "cannot be read: there are none; check"):
                await credentials.get()

    async def test_is_what_redis_py_asks_a_provider_for(self) -> None:
        with mock.patch.dict(os.environ, {**NO_FILES, **KEYS}, clear=True):
            user, token = await IamTokens(IAM).get_credentials_async()
        self.assertEqual(user, "app")
        self.assertTrue(token.startswith("shop/?Action=connect&User=app&"))

    async def test_that_is_refused_says_what_to_check(self) -> None:
        with mock.patch.dict(os.environ, {**NO_FILES, **KEYS}, clear=True):
            credentials = IamCredentials(IAM, IamTokens(IAM))
            credential = await credentials.get()
        with self.assertRaises(IamLoginRefused) as caught:
            await credentials.refused(credential)
        failure = explain(caught.exception)
        self.assertEqual(failure.kind, "iam-login-refused")
        self.assertIn("user app to cache shop in eu-west-1 was refused at 20", failure.message)
        self.assertIn("REDIS_USER, REDIS_CACHE_NAME and REDIS_REGION", failure.message)
        self.assertNotIn("X-Amz", failure.message)


class Connection:
    """A connection of redis-py whose commands are recorded, and whose AUTH is answered."""

    is_connected = True

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.answer: BaseException | None = None

    def pack_command(self, *words: str) -> list[bytes]:
        parts = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
        return [f"*{len(words)}\r\n{parts}".encode()]

    async def send_packed_command(self, command: list[bytes], check_health: bool = True) -> None:
        self.sent.append(command[0])

    async def disconnect(self) -> None:
        self.sent.append(b"\r\n\r\nDISCONNECT")

    async def read_response(self) -> bytes:
        if self.answer is not None:
            raise self.answer
        return b"OK"

    async def run(self, *words: str) -> None:
        await self.send_packed_command(self.pack_command(*words))

    def names(self) -> list[str]:
        return [each.split(b"\r\n")[2].decode() for each in self.sent]


class FakeCredentials:
    connection_s = 43_200.0

    async def get(self) -> Credential:
        return Credential("app", Password("a-token"), "cache", 6380)


class Renewal(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.now_s = 0.0
        credentials: Any = FakeCredentials()
        self.renewals = Renewals(credentials, now=lambda: self.now_s, chance=lambda: 0.5)
        self.connection = Connection()
        self.renewals.logged_in(self.connection)

    async def test_is_sent_before_the_first_command_after_seven_hours(self) -> None:
        self.now_s = 25_199
        await self.connection.run("GET", "key")
        self.now_s = 25_200
        await self.connection.run("GET", "key")
        await self.connection.run("GET", "key")
        self.assertEqual(self.connection.names(), ["GET", "AUTH", "GET", "GET"])

    async def test_is_repeated_for_as_long_as_the_connection_lasts(self) -> None:
        for self.now_s in (25_200, 50_400, 75_600):
            await self.connection.run("GET", "key")
        self.assertEqual(self.connection.names().count("AUTH"), 3)
        self.assertEqual(self.renewals.renewed, 3)

    async def test_that_is_refused_is_tried_again_after_five_minutes(self) -> None:
        self.connection.answer = AuthenticationError("WRONGPASS invalid")
        with self.assertLogs("secure_cache"):
            for self.now_s in (25_200, 25_499, 25_500):
                await self.connection.run("GET", "key")
        self.assertEqual(self.connection.names(), ["AUTH", "GET", "GET", "AUTH", "GET"])

    async def test_is_a_new_connection_after_eleven_idle_hours(self) -> None:
        self.now_s = 39_601
        await self.connection.run("GET", "key")
        self.assertEqual(self.connection.names(), ["DISCONNECT", "GET"])

    async def test_is_never_sent_by_a_subscriber(self) -> None:
        await self.connection.run("SUBSCRIBE", "news")
        self.now_s = 40_000
        await self.connection.run("UNSUBSCRIBE", "news")
        self.assertEqual(self.connection.names(), ["SUBSCRIBE", "UNSUBSCRIBE"])

    async def test_is_none_while_another_login_is_made(self) -> None:
        self.now_s = 25_200
        self.renewals.begins(self.connection)
        await self.connection.run("HELLO", "3")
        self.renewals.logged_in(self.connection)
        await self.connection.run("GET", "key")
        self.assertEqual(self.connection.names(), ["HELLO", "GET"])


class InTheSettings(unittest.TestCase):
    RIGHT = {
        "REDIS_USER": "App",
        "REDIS_CACHE_NAME": "Shop",
        "REDIS_REGION": "eu-west-1",
        "REDIS_HOST": "master.shop.abc.euw1.cache.amazonaws.com",
        "REDIS_PORT": "6380",
    }

    def test_is_read_in_lower_case(self) -> None:
        iam = Settings.of(self.RIGHT).iam
        host = self.RIGHT["REDIS_HOST"]
        self.assertEqual(iam, Iam("app", "shop", "eu-west-1", host, 6380, 43_200))

    def test_is_refused_where_it_is_wrong(self) -> None:
        wrong = {
            "REDIS_USER": "a user",
            "REDIS_CACHE_NAME": "shop.abc",
            "REDIS_REGION": "eu-west-1a",
            "REDIS_HOST": "rediss://cache",
            "REDIS_PORT": "0",
            "REDIS_IAM_CONNECTION_S": "43201",
        }
        for name, value in wrong.items():
            with self.subTest(name), self.assertRaisesRegex(SettingsError, f"{name} (must|has)"):
                Settings.of({**self.RIGHT, name: value})

    def test_is_refused_beside_a_secret(self) -> None:
        both = {**self.RIGHT, "REDIS_URL": "rediss://default:hush-hush@cache:6380/0"}
        with self.assertRaisesRegex(SettingsError, "REDIS_USER, which logs in by IAM, is set beside"):
            Settings.of(both)


if __name__ == "__main__":
    unittest.main()
