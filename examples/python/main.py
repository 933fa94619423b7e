"""Starts the service: settings, credentials, client, PING, HTTP; ends on SIGTERM with exit code 0.

Whatever keeps it from starting is said in one masked line, with exit code 1.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from aiohttp import web
from redis.exceptions import RedisError

from secure_cache.client import Credentials, Login, close, connect
from secure_cache.credentials import RedisCredentials
from secure_cache.failures import SecretUnreadable, explain
from secure_cache.iam import IamCredentials, IamTokens
from secure_cache.masking import log, log_to_stderr
from secure_cache.secret import reader_of
from secure_cache.service import Service
from secure_cache.settings import Settings, SettingsError


def credentials_of(settings: Settings) -> Credentials:
    if settings.iam is None:
        return RedisCredentials(reader_of(settings))
    return IamCredentials(settings.iam, IamTokens(settings.iam))


async def serve() -> None:
    settings = Settings.of()
    credentials = credentials_of(settings)
    login = Login(credentials, is_sharded=settings.is_sharded)
    client = await connect(credentials, login, settings)
    # No access log: paths hold keys, and keys may hold names.
    runner = web.AppRunner(Service(client, login, credentials).application(), access_log=None)
    try:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", settings.port)
        await site.start()
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        print(f"listening on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()
        await close(client)


def main() -> int:
    log_to_stderr()
    try:
        asyncio.run(serve())
    except SettingsError as error:
        log("settings_invalid", level=logging.ERROR, message=str(error))
        return 1
    except (RedisError, SecretUnreadable, OSError) as error:
        failure = explain(error)
        log("redis_failed", level=logging.ERROR, kind=failure.kind, message=failure.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
