"""Settings of the service, from the environment: all checked at startup.

No error of this file quotes a connection string.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .masking import Password

_ARN = re.compile(r"arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:.+")


class SettingsError(ValueError):
    """An invalid setting: its name, the given and the allowed values."""


@dataclass(frozen=True)
class Settings:
    """The settings. Safe to print: passwords are always a `Password`."""

    #: The credentials secret in Secrets Manager, read again when the password has changed.
    secret_arn: str | None
    #: For development instead: a fixed connection string. Secret.
    url: Password | None
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
        if (secret_arn is None) == (url is None):
            problems.append(
                f"{'neither' if url is None else 'both'} of REDIS_SECRET_ARN and REDIS_URL set; "
                "set REDIS_SECRET_ARN on AWS, REDIS_URL in development"
            )
        if secret_arn is not None and not _ARN.fullmatch(secret_arn):
            problems.append(
                "REDIS_SECRET_ARN is no ARN of a secret; it looks like "
                "arn:aws:secretsmanager:<region>:<account>:secret:<name>"
            )
        cluster = environment.get("REDIS_CLUSTER", "false")
        if cluster not in ("true", "false"):
            problems.append(f"REDIS_CLUSTER must be 'true' or 'false', got {cluster!r}")
        ca_file = environment.get("REDIS_CA_FILE") or None
        if ca_file is not None and not os.path.isfile(ca_file):
            problems.append(f"REDIS_CA_FILE is {ca_file!r}, which is no file; name a PEM file")
        port = environment.get("PORT", "8080")
        if not (port.isascii() and port.isdigit() and int(port) <= 65535):
            problems.append(f"PORT must be 0 to 65535 (0 for any), got {port!r}")
        if problems:
            raise SettingsError("; ".join(problems))
        return Settings(
            secret_arn=secret_arn,
            url=None if url is None else Password(url),
            is_sharded=cluster == "true",
            ca_file=ca_file,
            port=int(port),
            secrets_endpoint=environment.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or None,
        )
