"""Settings of the service, from the environment: all checked at startup.

No error of this file quotes a connection string.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .connection_url import Refused, require_host, require_service
from .masking import Password

_ARN = re.compile(r"arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:.+")


#: Ids of ElastiCache, which keeps them in lower case.
_ID = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,39}")
_REGION = re.compile(r"[a-z]{2,6}(-[a-z]+){1,3}-\d{1,2}")
#: ElastiCache ends a connection 12 hours after its IAM login.
CONNECTION_S = 43_200


class SettingsError(ValueError):
    """An invalid setting: its name, the given and the allowed values."""


@dataclass(frozen=True)
class Iam:
    """What a login by IAM needs."""

    #: The id of the user, which is also its name.
    user: str
    #: The id of the replication group.
    cache_name: str
    region: str
    host: str
    port: int
    #: Less in a rehearsal.
    connection_s: float = CONNECTION_S


@dataclass(frozen=True)
class Settings:
    """The settings. Safe to print: passwords are always a `Password`."""

    #: The credentials secret in Secrets Manager, read again when the password has changed.
    secret_arn: str | None
    #: For development instead: a fixed connection string. Secret.
    url: Password | None
    #: Services of a compose file that `url` may lead to without TLS.
    plaintext_hosts: tuple[str, ...]
    #: A login by IAM instead.
    iam: Iam | None
    is_sharded: bool
    #: PEM file of an additional authority. Not needed on AWS.
    ca_file: str | None
    #: Port on 127.0.0.1; 0 for any free port.
    port: int
    #: For boto3 before 1.28, which does not read the variable by itself.
    secrets_endpoint: str | None

    @staticmethod
    def of(environment: Mapping[str, str] = os.environ) -> Settings:
        """@raises SettingsError with every problem of the environment."""
        problems: list[str] = []
        secret_arn = environment.get("REDIS_SECRET_ARN") or None
        url = environment.get("REDIS_URL") or None
        iam = _iam_of(environment, problems)
        if iam is not None and (secret_arn is not None or url is not None):
            problems.append(
                "REDIS_USER, which logs in by IAM, is set beside REDIS_SECRET_ARN or REDIS_URL; "
                "set one of them"
            )
        elif "REDIS_USER" not in environment and (secret_arn is None) == (url is None):
            problems.append(
                f"{'neither' if url is None else 'both'} of REDIS_SECRET_ARN and REDIS_URL set; "
                "set REDIS_SECRET_ARN on AWS, or REDIS_USER for a login by IAM, or REDIS_URL in "
                "development"
            )
        if secret_arn is not None and not _ARN.fullmatch(secret_arn):
            problems.append(
                "REDIS_SECRET_ARN is no ARN of a secret; it looks like "
                "arn:aws:secretsmanager:<region>:<account>:secret:<name>"
            )
        cluster = environment.get("REDIS_CLUSTER", "false")
        if cluster not in ("true", "false"):
            problems.append(f"REDIS_CLUSTER must be 'true' or 'false', got {_shown(cluster)}")
        plaintext_hosts = _plaintext_hosts_of(environment, problems)
        ca_file = environment.get("REDIS_CA_FILE") or None
        if ca_file is not None and not os.path.isfile(ca_file):
            problems.append(f"REDIS_CA_FILE is {_shown(ca_file)}, which is no file; name a PEM file")
        port = environment.get("PORT", "8080")
        if not (port.isascii() and port.isdigit() and int(port) <= 65535):
            problems.append(f"PORT must be 0 to 65535 (0 for any), got {_shown(port)}")
        if problems:
            raise SettingsError("; ".join(problems))
        return Settings(
            secret_arn=secret_arn,
            url=None if url is None else Password(url),
            plaintext_hosts=plaintext_hosts,
            iam=iam,
            is_sharded=cluster == "true",
            ca_file=ca_file,
            port=int(port),
            secrets_endpoint=environment.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or None,
        )


def _shown(value: str) -> str:
    """The value in a message, unless it may be a connection string in the wrong variable."""
    return "a connection string" if re.search(r"://|@", value) else repr(value[:40])


def _plaintext_hosts_of(
    environment: Mapping[str, str], problems: list[str]
) -> tuple[str, ...]:
    given = environment.get("REDIS_PLAINTEXT_HOSTS", "")
    names = tuple(each.strip() for each in given.split(",")) if given else ()
    try:
        for name in names:
            require_service(name)
    except Refused:
        problems.append(
            "REDIS_PLAINTEXT_HOSTS must be names of services of a compose file, such as 'redis', "
            f"without a dot and separated by commas, got {_shown(given)}"
        )
    return names


def _iam_of(environment: Mapping[str, str], problems: list[str]) -> Iam | None:
    """The settings of an IAM login, if REDIS_USER is set; adds every problem to the list."""
    user = environment.get("REDIS_USER")
    if not user:
        return None
    cache_name = environment.get("REDIS_CACHE_NAME", "")
    region = environment.get("REDIS_REGION") or environment.get("AWS_REGION", "")
    host, port = environment.get("REDIS_HOST", ""), environment.get("REDIS_PORT", "")
    life = environment.get("REDIS_IAM_CONNECTION_S", str(CONNECTION_S))
    for name, value, pattern, what in (
        ("REDIS_USER", user, _ID, "the id of the user, such as shop-app"),
        ("REDIS_CACHE_NAME", cache_name, _ID, "the id of the replication group, such as shop"),
        ("REDIS_REGION", region, _REGION, "the region of the cache, such as eu-west-1"),
    ):
        if not pattern.fullmatch(value):
            problems.append(f"{name} must be {what}, got {_shown(value)}")
    try:
        require_host(host)
    except Refused as error:
        problems.append(f"REDIS_HOST {error}; set the endpoint of the cache")
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        problems.append(f"REDIS_PORT must be 1 to 65535, got {_shown(port)}")
    if not (life.isascii() and life.isdigit() and 1 <= int(life) <= CONNECTION_S):
        problems.append(f"REDIS_IAM_CONNECTION_S must be 1 to {CONNECTION_S}, got {_shown(life)}")
    if problems:
        return None
    return Iam(user.lower(), cache_name.lower(), region, host, int(port), int(life))
