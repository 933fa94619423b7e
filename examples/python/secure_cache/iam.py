"""Logins by IAM: botocore signs a token for each connection, with the AWS credentials of the role.

The token is a bearer secret for 15 minutes: it is a `Password` that nothing prints.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timezone
from typing import Any

from .credentials import Credential
from .failures import IamLoginRefused, SecretUnreadable
from .masking import Password
from .settings import Iam, SettingsError

SERVICE = "elasticache"
#: Life of a token, the longest that ElastiCache accepts.
TOKEN_S = 900


class IamTokens:
    """Signs tokens. Also a `credential_provider` of redis-py, which asks it per connection."""

    def __init__(self, iam: Iam) -> None:
        """@raises SettingsError if botocore is missing."""
        try:
            import botocore.session
        except ImportError:
            raise SettingsError(
                "botocore is not installed, which signs logins; run `pip install -r "
                "requirements.txt`"
            ) from None
        self._iam = iam
        self._session = botocore.session.get_session()

    def get_credentials(self) -> tuple[str, str]:
        return self._iam.user, self.sign().reveal()

    async def get_credentials_async(self) -> tuple[str, str]:
        # botocore may ask the metadata service; the event loop must not wait.
        return await asyncio.to_thread(self.get_credentials)

    def sign(self) -> Password:
        """@raises SecretUnreadable without AWS credentials, never with a part of them."""
        from botocore.auth import SigV4QueryAuth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError, ClientError

        failure = "there are none"
        try:
            credentials = self._session.get_credentials()
            frozen = None if credentials is None else credentials.get_frozen_credentials()
        except (BotoCoreError, ClientError) as error:
            # Its message may quote what a provider answered.
            frozen, failure = None, type(error).__name__
        if frozen is None:
            raise SecretUnreadable(
                f"the AWS credentials cannot be read: {failure}; check that `aws sts "
                "get-caller-identity` works in the environment of the service"
            )
        iam = self._iam
        parameters = {"Action": "connect", "User": iam.user}
        request = AWSRequest("GET", f"http://{iam.cache_name}/", params=parameters)
        SigV4QueryAuth(frozen, SERVICE, iam.region, expires=TOKEN_S).add_auth(request)
        return Password(str(request.url).removeprefix("http://"), is_lasting=False)


class IamCredentials:
    """In the place of `RedisCredentials`: a token per login, and never a second try with it."""

    def __init__(self, iam: Iam, tokens: IamTokens) -> None:
        self._iam = iam
        self._tokens = tokens
        #: How long the server keeps a connection after its login.
        self.connection_s = iam.connection_s
        #: Number of tokens, failed signatures included.
        self.reads = 0

    def __repr__(self) -> str:
        return f"IamCredentials(reads={self.reads})"

    async def get(self) -> Credential:
        """@raises SecretUnreadable without AWS credentials."""
        self.reads += 1
        token = await asyncio.to_thread(self._tokens.sign)
        return Credential(self._iam.user, token, self._iam.host, self._iam.port)

    async def refused(self, credential: Credential) -> Credential:
        """@raises IamLoginRefused: another token would be refused, too."""
        now = datetime.fromtimestamp(time.time(), timezone.utc).isoformat(timespec="seconds")
        raise IamLoginRefused(
            f"the IAM login of user {self._iam.user} to cache {self._iam.cache_name} in "
            f"{self._iam.region} was refused at {now} by the clock of this machine; check, in "
            "this order: that clock (`date -u` must agree with the Date that `curl -sI "
            "https://aws.amazon.com` prints); REDIS_USER, REDIS_CACHE_NAME and REDIS_REGION; that "
            "the user group of the cache has the user; that the role may elasticache:Connect to "
            "both the replication group and the user"
        )
