/**
 * Clients in Python: redis-py and libraries on top of it.
 *
 * The host name in the certificate is checked by default only since redis-py 6, so the option is
 * explicit.
 */

import {
  type ClientProfile,
  CONNECT_TIMEOUT_SECONDS,
  HEALTH_CHECK_SECONDS,
  type ProfileTarget,
  url,
} from './client-profile';

const REDIS_PY = {
  socket_connect_timeout: CONNECT_TIMEOUT_SECONDS,
  socket_keepalive: true,
  health_check_interval: HEALTH_CHECK_SECONDS,
  ssl_check_hostname: true,
};

const URL_OPTIONS = {
  client_name: 'text',
  max_connections: 'number',
  protocol: 'number',
  retry_on_timeout: 'boolean',
  socket_timeout: 'number',
} as const;

/** Applies to all libraries that pass their options to redis-py. */
const KEEP_ALIVE_IDLE =
  'the idle time of TCP keepalive is `socket_keepalive_options`, by the numbers of the ' +
  'operating system: {socket.TCP_KEEPIDLE: 30}';

const CLUSTER_NAMES =
  'before redis-py 6 its `RedisCluster` never checks the name in a certificate, whatever it ' +
  'is configured';

const CELERY_TLS = { ssl_cert_reqs: 'required', ssl_check_hostname: true };

export const PYTHON_CLIENTS = {
  'redis-py': {
    title: 'redis-py',
    source: 'https://redis.readthedocs.io/en/stable/connections.html',
    form: 'url',
    template: url,
    options: () => REDIS_PY,
    use: {
      replicated: 'redis.Redis.from_url(template, **options)',
      sharded: 'redis.cluster.RedisCluster.from_url(template, **options)',
    },
    iam: {
      options: () => REDIS_PY,
      use: {
        replicated: 'redis.Redis.from_url(template, credential_provider=provider, **options)',
        sharded:
          'redis.cluster.RedisCluster.from_url(template, credential_provider=provider, **options)',
      },
    },
    urlOptions: URL_OPTIONS,
    notInUrl: [KEEP_ALIVE_IDLE, CLUSTER_NAMES],
  },
  'redis-py-asyncio': {
    title: 'redis-py, asyncio',
    source: 'https://redis.readthedocs.io/en/stable/examples/asyncio_examples.html',
    form: 'url',
    template: url,
    options: () => REDIS_PY,
    use: {
      replicated: 'redis.asyncio.Redis.from_url(template, **options)',
      sharded: 'redis.asyncio.cluster.RedisCluster.from_url(template, **options)',
    },
    iam: {
      options: () => REDIS_PY,
      use: {
        replicated:
          'redis.asyncio.Redis.from_url(template, credential_provider=provider, **options)',
        sharded:
          'redis.asyncio.cluster.RedisCluster.from_url(template, ' +
          'credential_provider=provider, **options)',
      },
    },
    urlOptions: URL_OPTIONS,
    notInUrl: [KEEP_ALIVE_IDLE],
  },
  celery: {
    title: 'Celery',
    source: 'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html',
    form: 'url',
    template: url,
    options: () => ({
      broker_use_ssl: CELERY_TLS,
      redis_backend_use_ssl: CELERY_TLS,
      broker_transport_options: {
        socket_connect_timeout: CONNECT_TIMEOUT_SECONDS,
        socket_keepalive: true,
        health_check_interval: HEALTH_CHECK_SECONDS,
      },
      redis_socket_connect_timeout: CONNECT_TIMEOUT_SECONDS,
      redis_socket_keepalive: true,
      redis_backend_health_check_interval: HEALTH_CHECK_SECONDS,
    }),
    use: { replicated: 'Celery(broker=template, backend=template), app.conf.update(**options)' },
    urlOptions: {},
    notInUrl: [
      'timeouts, keepalive and health checks are settings, of broker and backend each',
      'without `ssl_cert_reqs` in the settings or the URL the backend refuses `rediss`',
    ],
  },
  rq: {
    title: 'RQ',
    source: 'https://python-rq.org/docs/connections/',
    form: 'url',
    template: url,
    options: () => REDIS_PY,
    use: { replicated: 'rq.Queue(connection=redis.Redis.from_url(template, **options))' },
    urlOptions: URL_OPTIONS,
    notInUrl: [
      KEEP_ALIVE_IDLE,
      '`rq worker --url` takes a URL alone: start the worker from Python',
    ],
  },
  'django-redis': {
    title: 'django-redis',
    source: 'https://github.com/jazzband/django-redis#readme',
    form: 'url',
    template: url,
    options: () => ({
      BACKEND: 'django_redis.cache.RedisCache',
      OPTIONS: {
        CLIENT_CLASS: 'django_redis.client.DefaultClient',
        CONNECTION_POOL_KWARGS: REDIS_PY,
      },
    }),
    use: { replicated: "CACHES = {'default': {'LOCATION': template, **options}}" },
    urlOptions: URL_OPTIONS,
    notInUrl: [KEEP_ALIVE_IDLE],
  },
  django: {
    title: 'Django',
    source: 'https://docs.djangoproject.com/en/stable/topics/cache/#redis',
    form: 'url',
    template: url,
    options: () => ({
      BACKEND: 'django.core.cache.backends.redis.RedisCache',
      OPTIONS: REDIS_PY,
    }),
    use: { replicated: "CACHES = {'default': {'LOCATION': template, **options}}" },
    urlOptions: URL_OPTIONS,
    notInUrl: [KEEP_ALIVE_IDLE],
  },
  'flask-caching': {
    title: 'Flask-Caching',
    source: 'https://flask-caching.readthedocs.io/en/latest/#rediscache',
    form: 'url',
    template: url,
    options: ({ database }: ProfileTarget) => ({
      CACHE_TYPE: 'RedisCache',
      CACHE_REDIS_DB: database,
      CACHE_OPTIONS: REDIS_PY,
    }),
    use: { replicated: "Cache(app, config={'CACHE_REDIS_URL': template, **options})" },
    urlOptions: URL_OPTIONS,
    notInUrl: [
      KEEP_ALIVE_IDLE,
      'before version 2.4 it ignores `CACHE_OPTIONS` beside a URL, the check of the name included',
    ],
  },
} as const satisfies { readonly [name: string]: ClientProfile };
