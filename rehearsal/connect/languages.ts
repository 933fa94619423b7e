/**
 * Per language: the commands that a snippet needs, and the scripts that install its packages, build
 * and run it, in the folder of its client.
 *
 * No script contains a secret: programs read their environment.
 */

export interface Language {
  /** Commands that must be on PATH. */
  readonly needs: readonly string[];
  /** Installs packages with the language's own package manager. */
  readonly install: (packages: string) => string;
  /** Succeeds if the packages are there, without the network. */
  readonly isReady: (library: string) => string;
  /** Compiles, where the language does. */
  readonly build: string;
  readonly run: (file: string, library: string) => string;
  /** Prints the version of the library. */
  readonly version: (library: string) => string;
}

const findPython = (library: string) =>
  `for p in .venv/bin/python python3 /usr/bin/python3; do $p -c 'import ${library}' ` +
  '2>/dev/null && echo $p && break; done | grep .';

const nodeVersion = (library: string) =>
  `node -p "JSON.parse(fs.readFileSync('node_modules/${library}/package.json')).version"`;

const debian = (packages: string) =>
  `DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q ${packages}`;

const CLASSPATH = '.:$(cat classpath)';

export const LANGUAGES = {
  python: {
    needs: ['python3'],
    install: (packages) => `python3 -m venv .venv && .venv/bin/pip install -q ${packages}`,
    isReady: findPython,
    build: 'true',
    run: (file, library) => `$(${findPython(library)}) ${file}`,
    version: (library) =>
      `$(${findPython(library)}) -c "import importlib.metadata as m; ` +
      `print(m.version('${library}'.split('.')[0].replace('_', '-')))"`,
  },
  node: {
    needs: ['node', 'npm'],
    install: (packages) => `npm init -y && npm i --silent ${packages}`,
    isReady: (library) => `test -e node_modules/${library}`,
    build: 'true',
    run: (file) => `node ${file}`,
    version: nodeVersion,
  },
  go: {
    needs: ['go'],
    install: (packages) => `test -f go.mod || go mod init connect; go get ${packages}`,
    isReady: () => 'test -f go.sum',
    build: 'go build -o connect .',
    run: () => './connect',
    version: (library) => `go list -m -f '{{.Version}}' ${library}`,
  },
  java: {
    needs: ['javac', 'mvn'],
    install: () => 'mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath',
    isReady: () => 'test -f classpath',
    build: `javac -cp "${CLASSPATH}" *.java`,
    run: (file) => `java -cp "${CLASSPATH}" ${file}`,
    version: (library) => `sed 's/.*${library}-\\([0-9][^:]*\\)\\.jar.*/\\1/' classpath`,
  },
  rust: {
    needs: ['cargo'],
    install: () => 'cargo fetch -q',
    isReady: () => 'test -f Cargo.lock',
    build: 'cargo build -q --offline',
    run: () => 'target/debug/connect',
    version: (library) =>
      `grep -A1 'name = "${library}"' Cargo.lock | sed -n 's/.*"\\(.*\\)"/\\1/;2p'`,
  },
  c: {
    needs: ['cc'],
    // Debian 12 has no hiredis with TLS; the Python package carries the sources of one.
    install: (packages) =>
      `python3 -m pip download -q --no-deps --no-binary :all: -d . ${packages} && ` +
      'tar xzf hiredis-*.tar.gz && mv hiredis-*/vendor/hiredis hiredis',
    isReady: () => 'test -d hiredis || pkg-config --exists hiredis_ssl',
    build:
      'if [ -d hiredis ]; then cc -I. -o connect connect.c hiredis/alloc.c hiredis/net.c ' +
      'hiredis/hiredis.c hiredis/sds.c hiredis/read.c hiredis/async.c hiredis/sockcompat.c ' +
      'hiredis/ssl.c -lssl -lcrypto; else ' +
      'cc -o connect connect.c -lhiredis_ssl -lhiredis -lssl -lcrypto; fi',
    run: () => './connect',
    version: () =>
      "cat hiredis/hiredis.h /usr/include/hiredis/hiredis.h 2>/dev/null | awk '" +
      '/define HIREDIS_(MAJOR|MINOR|PATCH)/ && n < 3 { printf n++ ? "." $3 : $3 }\'',
  },
  sh: {
    needs: ['redis-cli'],
    install: () => debian('redis-tools'),
    isReady: () => 'true',
    build: 'true',
    run: (file) => `sh -e ${file}`,
    version: () => "redis-cli --version | cut -d' ' -f2",
  },
  csharp: {
    needs: ['dotnet'],
    install: () => 'dotnet restore',
    isReady: () => 'test -d obj',
    build: 'dotnet build --no-restore -v quiet',
    run: () => 'dotnet run --no-build',
    version: (library) => `sed -n 's/.*${library}" Version="\\(.*\\)".*/\\1/p' connect.csproj`,
  },
  php: {
    needs: ['php'],
    install: debian,
    isReady: (library) => `php -m | grep -qx ${library}`,
    build: 'true',
    run: (file) => `php ${file}`,
    version: (library) => `php -r "echo phpversion('${library}');"`,
  },
  ruby: {
    needs: ['ruby'],
    install: debian,
    isReady: (library) => `ruby -e "require '${library}'"`,
    build: 'true',
    run: (file) => `ruby ${file}`,
    version: () => 'ruby -e "require %q(sidekiq); puts Sidekiq::VERSION"',
  },
} as const satisfies { readonly [name: string]: Language };
