"""Django: its own cache backend, django-redis, and cached sessions."""

import os

import django
from django.conf import settings

options = {"LOCATION": os.environ["URL"], "KEY_PREFIX": "django"}
settings.configure(
    SECRET_KEY="not-secret",
    INSTALLED_APPS=["django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    CACHES={
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **options},
        "django-redis": {"BACKEND": "django_redis.cache.RedisCache", **options},
    },
)
django.setup()

from django.contrib.sessions.backends.cache import SessionStore  # noqa: E402
from django.core.cache import caches  # noqa: E402

for name in ("default", "django-redis"):
    cache = caches[name]
    cache.set("a", 1, 10)
    assert cache.get("a") == 1 and cache.incr("a") == 2
    assert cache.add("b", 1) and cache.touch("a", 5) and cache.touch("a", None)
    cache.set_many({"x": 1, "y": 2})
    assert cache.get_many(["x", "y"]) == {"x": 1, "y": 2}
    cache.delete_many(["x"])
    assert "a" in cache and cache.get_or_set("z", lambda: 4) == 4
    cache.incr_version("a")
    cache.delete("b")
    cache.clear()

with cache.lock("lock", timeout=5):
    cache.set("p:1", 1)
assert cache.ttl("p:1") and cache.persist("p:1") and cache.expire("p:1", 5)
assert cache.delete_pattern("p:*") == 1

session = SessionStore()
session["user"] = 1
session.save()
assert SessionStore(session.session_key)["user"] == 1
session.cycle_key()
session.flush()
