"""Reads the credentials: from Secrets Manager with boto3, or from REDIS_URL in development.

Errors of this file name what AWS answered, never what it sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from .credentials import Credential
from .failures import SecretUnreadable
from .settings import Settings, SettingsError

TIMEOUT_S = 5


def reader_of(settings: Settings) -> Callable[[], Awaitable[Credential]]:
    """@raises SettingsError if boto3 is needed and missing."""
    if settings.url is not None:
        fixed = Credential.of_url(settings.url, settings.plaintext_hosts)

        async def read_fixed() -> Credential:
            return fixed

        return read_fixed
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise SettingsError(
            "boto3 is not installed, which reads the secret; run `pip install -r requirements.txt`"
        ) from None
    # No retries of boto3, since `RedisCredentials` retries.
    once = Config(
        connect_timeout=TIMEOUT_S, read_timeout=TIMEOUT_S, retries={"total_max_attempts": 1}
    )
    arn = settings.secret_arn or ""
    try:
        client = boto3.client(
            "secretsmanager",
            # The region of the secret; boto3 does not read AWS_REGION.
            region_name=arn.split(":")[3],
            endpoint_url=settings.secrets_endpoint,
            config=once,
        )
    except BotoCoreError as error:
        raise SettingsError(f"boto3 cannot start: {type(error).__name__}; {error}") from None

    def read() -> str:
        try:
            return str(client.get_secret_value(SecretId=arn)["SecretString"])
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise SecretUnreadable(
                f"Secrets Manager answers {code}; the service's role needs grantRead, and "
                "REDIS_SECRET_ARN must be the credentials secret"
            ) from None
        except BotoCoreError as error:
            raise SecretUnreadable(
                f"Secrets Manager is not reached: {type(error).__name__}; check the network and "
                "AWS_REGION"
            ) from None

    async def read_current() -> Credential:
        # boto3 blocks; the event loop must not.
        return Credential.of_secret(await asyncio.to_thread(read))

    return read_current
