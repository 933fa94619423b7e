/**
 * The test project of each client's snippet: its packages, its file name, and the code that uses a
 * snippet which only configures.
 *
 * A program succeeds if it prints `hello`, which it has read from the server.
 */

import type { LANGUAGES } from './languages';

export interface Project {
  readonly language: keyof typeof LANGUAGES;
  /** Arguments of the package manager. */
  readonly packages: string;
  /** The library's name in the language. */
  readonly library: string;
  /** File name of the snippet. */
  readonly file: string;
  /** The main file; default: the snippet's file. */
  readonly main?: string;
  /** Further files. */
  readonly files?: { readonly [name: string]: string };
  /** The first version that checks the host name in a certificate, as its section says. */
  readonly since?: { readonly replicated?: string; readonly sharded?: string };
  /** Whether the client ignores the host name in a certificate, as its section says. */
  readonly ignoresName?: boolean;
}

const REDIS_PY = 'redis==8.1.0';

const python = (library: string, packages: string, harness?: string): Project => ({
  language: 'python',
  packages: `${REDIS_PY} ${packages}`.trim(),
  library,
  file: 'snippet.py',
  ...(harness && { main: 'main.py', files: { 'main.py': harness } }),
});

const node = (library: string, version: string): Project => ({
  language: 'node',
  packages: `${library}@${version}`,
  library,
  file: 'snippet.mjs',
});

const java = (library: string, group: string, version: string): Project => ({
  language: 'java',
  packages: '',
  library,
  file: 'Connect.java',
  main: 'Connect',
  files: {
    'pom.xml': pom(`<groupId>${group}</groupId><artifactId>${library}</artifactId>`, version),
  },
});

function pom(dependency: string, version: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>connect</groupId><artifactId>connect</artifactId><version>1</version>
<dependencies><dependency>${dependency}<version>${version}</version></dependency></dependencies>
</project>`;
}

const CELERY = `
from celery.contrib.testing.worker import start_worker
from snippet import app, greet

with start_worker(app, perform_ping_check=False, shutdown_timeout=5):
    print(greet.delay().get(timeout=20))
`;

const RQ = `
from rq import SimpleWorker
from snippet import connection, queue

job = queue.enqueue("operator.concat", "hel", "lo")
SimpleWorker([queue], connection=connection).work(burst=True)
job.refresh()
print(job.return_value() if callable(job.return_value) else job.return_value)
`;

const DJANGO = `
from django.conf import settings
from snippet import CACHES

settings.configure(CACHES=CACHES)
from django.core.cache import cache

cache.set("greeting", "hello")
print(cache.get("greeting"))
`;

const FLASK = `
from snippet import app, cache

with app.app_context():
    cache.set("greeting", "hello")
    print(cache.get("greeting"))
`;

const SPRING = `
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class Main {
  public static void main(String[] args) {
    try (var context = SpringApplication.run(Main.class, args)) {
      var values = context.getBean(StringRedisTemplate.class).opsForValue();
      values.set("greeting", "hello");
      System.out.println(values.get("greeting"));
    }
  }
}
`;

const SIDEKIQ = `
require_relative 'snippet'
Sidekiq::Client.push('class' => 'Greet', 'args' => ['hello'])
puts Sidekiq::Queue.new.first.args.first if require 'sidekiq/api'
`;

const CARGO = `[package]
name = "connect"
version = "0.1.0"
edition = "2024"
[dependencies]
redis = { version = "=1.8.1", features = ["tls-rustls", "cluster"] }
rustls = { version = "0.23", default-features = false, features = ["ring", "std", "tls12"] }
`;

const CSPROJ = `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>
<TargetFramework>net8.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings>
<Nullable>enable</Nullable></PropertyGroup><ItemGroup>
<PackageReference Include="StackExchange.Redis" Version="2.8.16" />
</ItemGroup></Project>`;

export const PROJECTS: { readonly [client: string]: Project } = {
  'redis-py': { ...python('redis', ''), since: { sharded: '6.0.0' } },
  'redis-py-asyncio': { ...python('redis', ''), since: { sharded: '4.4.0' } },
  celery: python('celery', 'celery==5.7.0 pytest', CELERY),
  rq: python('rq', 'rq==3.0.0', RQ),
  'django-redis': python('django_redis', 'django==5.2.19 django-redis==7.0.0', DJANGO),
  django: python('django.core.cache.backends.redis', 'django==5.2.19', DJANGO),
  'flask-caching': {
    ...python('flask_caching', 'flask-caching==2.5.1', FLASK),
    since: { replicated: '2.4.0' },
  },
  ioredis: node('ioredis', '6.0.0'),
  'node-redis': node('redis', '6.3.1'),
  bullmq: node('bullmq', '6.7.0'),
  'valkey-glide': node('@valkey/valkey-glide', '2.5.2'),
  'go-redis': {
    language: 'go',
    packages: 'github.com/redis/go-redis/v9@v9.23.0',
    library: 'github.com/redis/go-redis/v9',
    file: 'main.go',
  },
  jedis: java('jedis', 'redis.clients', '8.0.2'),
  lettuce: java('lettuce-core', 'io.lettuce', '7.7.0.RELEASE'),
  'spring-data-redis': {
    ...java('spring-boot-starter-data-redis', 'org.springframework.boot', '4.0.7'),
    file: 'application.properties',
    main: 'Main',
    files: {
      ...java('spring-boot-starter-data-redis', 'org.springframework.boot', '4.0.7').files,
      'Main.java': SPRING,
    },
  },
  'redis-rs': {
    language: 'rust',
    packages: '',
    library: 'redis',
    file: 'src/main.rs',
    files: { 'Cargo.toml': CARGO },
  },
  hiredis: { language: 'c', packages: 'hiredis==3.5.0', library: 'hiredis', file: 'connect.c' },
  'stackexchange-redis': {
    language: 'csharp',
    packages: '',
    library: 'StackExchange.Redis',
    file: 'Program.cs',
    files: { 'connect.csproj': CSPROJ },
  },
  'redis-cli': {
    language: 'sh',
    packages: '',
    library: '',
    file: 'snippet.sh',
    ignoresName: true,
  },
  phpredis: {
    language: 'php',
    packages: 'php-cli php-redis',
    library: 'redis',
    file: 'snippet.php',
  },
  sidekiq: {
    language: 'ruby',
    packages: 'ruby ruby-sidekiq',
    library: 'sidekiq',
    file: 'snippet.rb',
    main: 'main.rb',
    files: { 'main.rb': SIDEKIQ },
  },
};
