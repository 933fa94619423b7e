"""One read however many callers, one more when refused, nothing older than its bound."""

import asyncio
import unittest

from secure_cache.credentials import Credential, RedisCredentials
from secure_cache.failures import LoginRefused, SecretUnreadable

SECRET = '{"username":"default","password":"%s","host":"cache","port":6380}'


class Secret:
    """A secret whose password the test changes, with a simulated clock."""

    def __init__(self) -> None:
        self.password = "first-password-0123"
        self.failures = 0
        self.now_s = 0.0
        self.pauses_s: list[float] = []
        self.credentials = RedisCredentials(
            self.read, now=lambda: self.now_s, sleep=self.sleep, max_age_s=3600
        )

    async def read(self) -> Credential:
        await asyncio.sleep(0)
        if self.failures > 0:
            self.failures -= 1
            raise SecretUnreadable("Secrets Manager answers ThrottlingException")
        return Credential.of_secret(SECRET % self.password)

    async def sleep(self, seconds: float) -> None:
        self.pauses_s.append(seconds)

    async def settled(self) -> None:
        """Waits for background refreshes, which take no time here."""
        for _ in range(100):
            await asyncio.sleep(0)

    async def got(self) -> str:
        return (await self.credentials.get()).password.reveal()


class Reads(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.secret = Secret()

    async def test_one_for_all_who_ask_at_once_and_later(self) -> None:
        await asyncio.gather(*(self.secret.got() for _ in range(50)))
        await self.secret.got()
        self.assertEqual(self.secret.credentials.reads, 1)

    async def test_one_who_gives_up_does_not_end_it_for_the_others(self) -> None:
        impatient = asyncio.create_task(self.secret.got())
        patient = asyncio.create_task(self.secret.got())
        await asyncio.sleep(0)
        impatient.cancel()
        self.assertEqual(await patient, "first-password-0123")

    async def test_three_tries_with_pauses_that_are_bounded(self) -> None:
        self.secret.failures = 2
        await self.secret.got()
        self.assertEqual(self.secret.credentials.reads, 3)
        self.assertEqual(len(self.secret.pauses_s), 2)
        self.assertTrue(all(0 <= pause <= 0.4 for pause in self.secret.pauses_s))

    async def test_no_fourth_try(self) -> None:
        self.secret.failures = 9
        with self.assertLogs("secure_cache"), self.assertRaises(SecretUnreadable):
            await self.secret.got()
        self.assertEqual(self.secret.credentials.reads, 3)


class Age(unittest.IsolatedAsyncioTestCase):
    async def test_an_older_value_is_served_and_read_again_meanwhile(self) -> None:
        secret = Secret()
        await secret.got()
        secret.password = "second-password-012"
        secret.now_s = 300
        self.assertEqual(await secret.got(), "first-password-0123")
        await secret.settled()
        self.assertEqual(await secret.got(), "second-password-012")

    async def test_within_the_bound_it_is_served_while_the_secret_cannot_be_read(self) -> None:
        secret = Secret()
        await secret.got()
        secret.now_s, secret.failures = 3599, 9
        with self.assertLogs("secure_cache"):
            self.assertEqual(await secret.got(), "first-password-0123")
            await secret.settled()

    async def test_beyond_the_bound_never(self) -> None:
        secret = Secret()
        await secret.got()
        secret.now_s, secret.failures = 3600, 9
        with self.assertLogs("secure_cache"), self.assertRaises(SecretUnreadable):
            await secret.got()


class Refusal(unittest.IsolatedAsyncioTestCase):
    async def test_reads_again_once_for_all_who_were_refused(self) -> None:
        secret = Secret()
        old = await secret.credentials.get()
        secret.password = "second-password-012"
        fresh = await asyncio.gather(*(secret.credentials.refused(old) for _ in range(50)))
        self.assertEqual({each.password.reveal() for each in fresh}, {"second-password-012"})
        await secret.credentials.refused(old)
        self.assertEqual(secret.credentials.reads, 2)

    async def test_ends_where_the_secret_says_the_same(self) -> None:
        secret = Secret()
        old = await secret.credentials.get()
        for _ in range(3):
            with self.assertRaises(LoginRefused):
                await secret.credentials.refused(old)
        self.assertEqual(secret.credentials.reads, 2)
        secret.now_s = 5
        secret.password = "second-password-012"
        self.assertNotEqual((await secret.credentials.refused(old)).password, old.password)

    async def test_does_not_believe_a_read_that_began_before_it(self) -> None:
        now_s = 0.0
        gate = asyncio.Event()
        values = [SECRET % "first-password-0123"] * 2 + [SECRET % "second-password-012"]

        async def read() -> Credential:
            text = values.pop(0)
            await gate.wait()
            return Credential.of_secret(text)

        credentials = RedisCredentials(read, now=lambda: now_s)
        gate.set()
        old = await credentials.get()
        gate.clear()
        now_s = 300
        await credentials.get()
        await asyncio.sleep(0)
        refused = asyncio.create_task(credentials.refused(old))
        await asyncio.sleep(0)
        gate.set()
        self.assertEqual((await refused).password.reveal(), "second-password-012")


class Spread(unittest.IsolatedAsyncioTestCase):
    async def test_two_hundred_processes_that_are_cut_at_once_do_not_read_at_once(self) -> None:
        secrets = [Secret() for _ in range(200)]
        for index, secret in enumerate(secrets):
            secret.credentials._chance = lambda share=index / 200: share
            old = await secret.credentials.get()
            self.assertEqual(secret.pauses_s, [])
            secret.password = "second-password-012"
            await secret.credentials.refused(old)
        pauses_s = [pause for secret in secrets for pause in secret.pauses_s]
        self.assertEqual(len(pauses_s), 200)
        self.assertLess(max(pauses_s), 0.3)
        slices = [sum(int(pause / 0.03) == each for pause in pauses_s) for each in range(10)]
        self.assertLessEqual(max(slices), 21)

    async def test_what_grew_old_is_read_after_a_pause_and_a_first_read_at_once(self) -> None:
        secret = Secret()
        await secret.got()
        self.assertEqual(secret.pauses_s, [])
        secret.now_s = 300
        await secret.got()
        await secret.settled()
        self.assertEqual(len(secret.pauses_s), 1)


class WhatIsRead(unittest.TestCase):
    def test_is_refused_without_being_quoted(self) -> None:
        bad = {
            "hush-hush": "no JSON object",
            '["hush-hush"]': "no JSON object",
            '{"username":"default","password":"hush-hush"}': "no `host` yet",
            '{"username":"default","password":"","host":"c","port":1}': "`password` must be",
            '{"username":"default","password":"hush-hush","host":"c","port":"1"}': "`port` must be",
            '{"username":"default","password":"hush-hush","host":"c","port":true}': "`port` must",
        }
        for text, words in bad.items():
            with self.subTest(text), self.assertRaises(SecretUnreadable) as caught:
                Credential.of_secret(text)
            self.assertIn(words, str(caught.exception))
            self.assertNotIn("hush-hush", str(caught.exception))
            self.assertIsNone(caught.exception.__cause__)
            self.assertIsNone(caught.exception.__context__)

    def test_that_is_nested_too_deeply_is_refused_in_words(self) -> None:
        deep = 100_000
        for text in (
            "[" * deep,
            "[" * deep + "]" * deep,
            '{"a":' * deep + "1" + "}" * deep,
            SECRET.replace("}", ',"more":' + "[" * deep + "]" * deep + "}") % "hush-hush",
        ):
            with self.subTest(text[:60]), self.assertRaises(SecretUnreadable) as caught:
                Credential.of_secret(text)
            self.assertRegex(str(caught.exception), "got brackets that are nested too deeply")
            self.assertNotIn("hush-hush", str(caught.exception))
            self.assertIsNone(caught.exception.__context__)
