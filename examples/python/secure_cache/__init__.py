"""How an asyncio service uses its cache: settings, credentials, client, failures, /health."""
