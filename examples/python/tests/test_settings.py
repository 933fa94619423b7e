"""All settings are checked at startup, and no secret of the environment is printed."""

import unittest

from secure_cache.settings import Settings, SettingsError

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:Credentials-AbCdEf"


class WhatIsWrong(unittest.TestCase):
    def assert_refused(self, environment: dict[str, str], *parts: str) -> None:
        with self.assertRaises(SettingsError) as caught:
            Settings.of(environment)
        for part in parts:
            self.assertIn(part, str(caught.exception))

    def test_is_said_all_at_once(self) -> None:
        self.assert_refused(
            {"REDIS_CLUSTER": "yes", "REDIS_CA_FILE": "/nowhere.pem", "PORT": "70000"},
            "neither of REDIS_SECRET_ARN and REDIS_URL",
            "REDIS_CLUSTER must be 'true' or 'false', got 'yes'",
            "REDIS_CA_FILE is '/nowhere.pem', which is no file",
            "PORT must be 0 to 65535 (0 for any), got '70000'",
        )

    def test_two_sources_of_credentials(self) -> None:
        both = {"REDIS_SECRET_ARN": ARN, "REDIS_URL": "rediss://default:hush-hush@cache:6380/0"}
        self.assert_refused(both, "both of REDIS_SECRET_ARN and REDIS_URL")

    def test_a_connection_string_where_the_arn_goes_is_not_quoted(self) -> None:
        with self.assertRaises(SettingsError) as caught:
            Settings.of({"REDIS_SECRET_ARN": "rediss://default:hush-hush@cache:6380/0"})
        self.assertIn("REDIS_SECRET_ARN is no ARN", str(caught.exception))
        self.assertNotIn("hush-hush", str(caught.exception))


    def test_nor_where_another_setting_goes(self) -> None:
        url = "redis://default:hush-hush@redis:6379/0"
        iam = {"REDIS_USER": "app", "REDIS_CACHE_NAME": "shop", "REDIS_REGION": "eu-west-1"}
        iam |= {"REDIS_HOST": "cache", "REDIS_PORT": "6380"}
        for name in ("REDIS_PLAINTEXT_HOSTS", "REDIS_CLUSTER", "REDIS_CA_FILE", "PORT", *iam):
            with self.subTest(name):
                with self.assertRaises(SettingsError) as caught:
                    Settings.of({**iam, name: url})
                self.assertNotIn("hush", str(caught.exception))

    def test_a_host_of_the_internet_without_tls(self) -> None:
        for hosts in ("redis.example.com", "10.0.0.1", "::1", "redis,,cache", "re dis"):
            with self.subTest(hosts):
                self.assert_refused(
                    {"REDIS_URL": "redis://:ab@redis:6379/0", "REDIS_PLAINTEXT_HOSTS": hosts},
                    f"such as 'redis', without a dot and separated by commas, got {hosts!r}",
                )


class WhatIsRight(unittest.TestCase):
    def test_services_of_a_compose_file_are_named(self) -> None:
        url = "redis://default:hush-hush@redis:6379/0"
        settings = Settings.of({"REDIS_URL": url, "REDIS_PLAINTEXT_HOSTS": "redis, my_cache"})
        self.assertEqual(settings.plaintext_hosts, ("redis", "my_cache"))
        self.assertEqual(Settings.of({"REDIS_URL": url}).plaintext_hosts, ())

    def test_on_aws_the_arn_is_enough(self) -> None:
        settings = Settings.of({"REDIS_SECRET_ARN": ARN})
        self.assertEqual(settings.secret_arn, ARN)
        self.assertFalse(settings.is_sharded)
        self.assertEqual(settings.port, 8080)

    def test_a_connection_string_is_not_printed(self) -> None:
        settings = Settings.of({"REDIS_URL": "rediss://default:hush-hush@cache:6380/0"})
        self.assertNotIn("hush-hush", repr(settings) + str(settings) + f"{settings}")
        self.assertIn("url=[password]", repr(settings))
