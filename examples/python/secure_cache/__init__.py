"""How an asyncio service of ours uses its cache: settings, credentials, client, failures, /health."""
