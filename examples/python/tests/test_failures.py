"""Each failure has advice, and no log line of any logger contains a password."""

import json
import logging
import pickle
import ssl
import sys
import unittest

from redis.exceptions import AuthenticationError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from secure_cache.failures import LoginRefused, SecretUnreadable, explain
from secure_cache.masking import MaskedJson, Password


def raised(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


class Failures(unittest.TestCase):
    def test_have_a_kind_each(self) -> None:
        kinds = {
            "cannot-connect": RedisConnectionError("Error 111 connecting to localhost:6379."),
            "authentication-failed": AuthenticationError("Authentication required."),
            "certificate-refused": raised(
                RedisConnectionError("Error 1"), ssl.SSLCertVerificationError("verify failed")
            ),
            "wrong-cache": ResponseError("MOVED 15495 10.0.0.1:6379"),
            "health-check-failed": ResponseError("OOM command not allowed"),
            "credentials-unreadable": raised(LoginRefused("none"), SecretUnreadable("no access")),
        }
        for kind, error in kinds.items():
            with self.subTest(kind):
                self.assertEqual(explain(error).kind, kind)

    def test_of_a_login_are_the_same_in_each_version_of_the_library(self) -> None:
        words = "WRONGPASS invalid username-password pair or user is disabled."
        for error in (ResponseError(words), AuthenticationError(words[10:]), LoginRefused("x")):
            self.assertEqual(explain(error).kind, "authentication-failed")

    def test_of_a_login_are_none_that_the_library_repeats(self) -> None:
        self.assertNotIsInstance(LoginRefused("x"), RedisConnectionError)

    def test_quote_one_word_of_an_answer_and_no_more(self) -> None:
        message = explain(ResponseError("OOM command not allowed, was: SET name Ada")).message
        self.assertIn("answers with OOM;", message)
        self.assertNotIn("Ada", message)


class Passwords(unittest.TestCase):
    def test_are_not_printed_nor_pickled(self) -> None:
        password = Password("hush-hush")
        self.assertNotIn("hush", f"{password} {password!r} {[password]} %s" % password)
        with self.assertRaises(TypeError):
            pickle.dumps(password)

    def line(self, message: str, *args: object, exc_info: object = None) -> str:
        record = logging.LogRecord("x", logging.ERROR, "", 0, message, args, exc_info)  # type: ignore
        return MaskedJson().format(record)

    def test_are_blotted_out_of_every_log_line(self) -> None:
        Password('hush/h"ush-0123')
        for text in ('hush/h"ush-0123', "hush%2Fh%22ush-0123", "rediss://default:other@h:6380"):
            line = self.line("could not use %s", text)
            self.assertIn("[password]", json.loads(line)["event"])
            self.assertNotRegex(line, r"ush-0123|other")

    def test_are_blotted_out_whatever_their_characters(self) -> None:
        Password('geheim-é"-0123')
        Password('geheim-é"-0123-and-more')
        for text in ('geheim-é"-0123', 'geheim-é"-0123-and-more', "geheim-%C3%A9%22-0123"):
            self.assertEqual(json.loads(self.line("%s", text))["event"], "[password]")

    def test_nor_does_an_exception_bring_them_in(self) -> None:
        try:
            raise ValueError("Ada's session")
        except ValueError:
            line = self.line("failed", exc_info=sys.exc_info())
        self.assertEqual(json.loads(line)["error"], "ValueError")
        self.assertNotIn("Ada", line)
