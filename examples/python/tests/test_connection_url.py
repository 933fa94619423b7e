"""Connection strings are parsed or refused by the table that the other clients use too.

No secret of ours names another host either.
"""

import json
import traceback
import unittest
from pathlib import Path
from unittest.mock import patch

from secure_cache.credentials import Credential
from secure_cache.failures import SecretUnreadable
from secure_cache.masking import Password

TABLE = json.loads(Path(__file__).with_name("connection-urls.json").read_text("utf-8"))


class Case(unittest.TestCase):
    def setUp(self) -> None:
        # Such short passwords would be masked in the logs of other tests.
        known = patch.object(Password, "_known", set())
        known.start()
        self.addCleanup(known.stop)

    def refusal(self, error: SecretUnreadable) -> str:
        """The message; neither the message nor its traceback or context may quote the input."""
        printed = "".join(traceback.format_exception(error)) + repr(error.__context__)
        for part in ("real.example", "evil", "default:"):
            self.assertNotIn(part, printed)
        self.assertIsNone(error.__context__ and error.__context__.__context__)
        return str(error)


class ConnectionUrls(Case):
    def test_that_could_mean_something_else_are_refused(self) -> None:
        refused = [(url, why) for why, urls in TABLE["refused"].items() for url in urls]
        self.assertGreater(len(refused), 100)
        for url, why in refused:
            with self.subTest(url):
                with self.assertRaises(SecretUnreadable) as caught:
                    Credential.of_url(Password(url))
                message = self.refusal(caught.exception)
                self.assertTrue(message.startswith(f"REDIS_URL {why}; take it from"), message)

    def test_without_tls_to_a_service_that_is_named(self) -> None:
        url = Password("redis://default:ab@redis:6379/0")
        read = Credential.of_url(url, ("cache", "redis"))
        self.assertEqual((read.host, read.is_tls), ("redis", False))
        for other in ("redis://default:ab@other:6379/0", "redis://default:ab@redis.evil:6379/0"):
            with self.assertRaises(SecretUnreadable):
                Credential.of_url(Password(other), ("redis",))

    def test_are_read_as_they_are_written(self) -> None:
        self.assertGreater(len(TABLE["read"]), 10)
        for expected in TABLE["read"]:
            with self.subTest(expected["url"]):
                read = Credential.of_url(Password(expected["url"]))
                parts = {
                    "url": expected["url"],
                    "username": read.username,
                    "password": read.password.reveal(),
                    "host": read.host,
                    "port": read.port,
                    "database": read.database,
                    "tls": read.is_tls,
                }
                self.assertEqual(parts, expected)


class Secrets(Case):
    SOUND = {"username": "default", "password": "ab", "host": "real.example", "port": 6380}

    def test_that_name_no_host_or_cannot_be_sent_are_refused(self) -> None:
        host = "the secret has a host that is neither a name nor an address"
        unprintable = "with a character that is not printable, such as a line's end"
        bad = [
            ("host", "a\nb@evil/x", host),
            ("host", "real.example\n", host),
            ("host", "real.example:6380", host),
            ("host", "[::1]", host),
            ("host", "127.1", host),
            ("host", " ", host),
            ("username", "a\nb", f"the secret has a user {unprintable}"),
            ("password", "evil\r\nFLUSHALL", f"the secret has a password {unprintable}"),
            ("password", "evil\ud800", f"the secret has a password {unprintable}"),
            ("port", 0, "the secret's `port` must be a number from 1 to 65535"),
            ("port", 65536, "the secret's `port` must be a number from 1 to 65535"),
            ("port", 6380.5, "the secret's `port` must be a number from 1 to 65535"),
        ]
        for key, value, why in bad:
            with self.subTest(f"{key} {value!r}"):
                with self.assertRaises(SecretUnreadable) as caught:
                    Credential.of_secret(json.dumps({**self.SOUND, key: value}))
                self.assertEqual(self.refusal(caught.exception), why)

    def test_of_any_redis_are_read_by_the_table_of_the_other_clients(self) -> None:
        self.assertGreater(len(TABLE["passwords"]["read"]), 9)
        for row in TABLE["passwords"]["read"]:
            with self.subTest(row["what"]):
                secret = json.dumps({**self.SOUND, "password": row["password"]})
                self.assertEqual(Credential.of_secret(secret).password.reveal(), row["password"])
                url = f"rediss://default:{row['encoded']}@real.example:6380/0"
                self.assertEqual(Credential.of_url(Password(url)).password.reveal(), row["password"])

    def test_with_such_a_password_not_encoded_in_a_url_are_refused_or_read_as_written(self) -> None:
        for row in TABLE["passwords"]["read"]:
            with self.subTest(row["what"]):
                url = Password(f"rediss://default:{row['password']}@real.example:6380/0")
                if row["unencoded"] is not None:
                    read = Credential.of_url(url)
                    self.assertEqual(read.password.reveal(), row["unencoded"])
                    self.assertEqual(read.host, "real.example")
                    continue
                with self.assertRaises(SecretUnreadable) as caught:
                    Credential.of_url(url)
                self.refusal(caught.exception)

    def test_with_a_password_that_cannot_be_sent_are_refused_by_the_table(self) -> None:
        for why, passwords in TABLE["passwords"]["refused"].items():
            for password in passwords:
                with self.subTest(password):
                    with self.assertRaises(SecretUnreadable) as caught:
                        Credential.of_secret(json.dumps({**self.SOUND, "password": password}))
                    self.assertEqual(self.refusal(caught.exception), f"the secret {why}")
                    self.assertNotIn("hunter2", str(caught.exception))

    def test_have_a_password_of_at_most_8192_bytes(self) -> None:
        longest = json.dumps({**self.SOUND, "password": "a" * 8_192})
        self.assertEqual(len(Credential.of_secret(longest).password.reveal()), 8_192)
        why = "the secret has a password of more than 8192 bytes, which is too long for a login"
        for password in ("a" * 8_193, "\u00e9" * 4_097):
            with self.assertRaises(SecretUnreadable) as caught:
                Credential.of_secret(json.dumps({**self.SOUND, "password": password}))
            self.assertEqual(self.refusal(caught.exception), why)

    def test_that_are_sound_are_read_whatever_the_password(self) -> None:
        sound = {**self.SOUND, "password": "p@evil:6380/x#?%zz", "host": "::1"}
        read = Credential.of_secret(json.dumps(sound))
        self.assertEqual(read.password.reveal(), "p@evil:6380/x#?%zz")
        self.assertEqual((read.host, read.port, read.database), ("::1", 6380, 0))
        self.assertTrue(read.is_tls)
