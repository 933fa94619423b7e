/**
 * The packages that a worker has loaded, which its test files share, and what a file has changed
 * in them: a changed package could make the next file pass.
 */

const Module = require('node:module');
const { sep } = require('node:path');
const { keepGlobalsOf } = require('./globals.cjs');

const PACKAGES = `${sep}node_modules${sep}`;

/** What packages of the CDK add to each other when the second of two is loaded. */
const COMPLETED = /^@aws-cdk\/cloud-assembly-api\/|^aws-cdk-lib\/.*\.prototype\.metric[A-Z]/;

/** What each module exported when it was loaded, and the methods of its classes. */
const membersByModule = new Map();

/** Modules that the load in progress has loaded: they may complete each other until it ends. */
let loading;

const loadModule = Module.prototype.load;
Module.prototype.load = function load(path) {
  const isOutermost = loading === undefined;
  loading ??= [];
  try {
    loadModule.call(this, path);
    if (isPackage(path) && this.exports !== globalThis) loading.push(this);
  } finally {
    if (isOutermost) {
      for (const module of loading) membersByModule.set(module, membersOf(module.exports));
      loading = undefined;
    }
  }
};

function isPackage(path) {
  return path.includes(PACKAGES);
}

function loadPackage(path) {
  return require.cache[path]?.loaded
    ? require.cache[path].exports
    : keepGlobalsOf(() => require(path));
}

/** Members that were replaced since their package was loaded, as `path: member`. */
function changedPackages() {
  return Array.from(membersByModule).flatMap(([module, before]) => {
    const now = membersOf(module.exports);
    membersByModule.set(module, now);
    const path = module.filename.slice(module.filename.lastIndexOf(PACKAGES) + PACKAGES.length);
    return Array.from(before)
      .filter(([name, value]) => now.get(name) !== value)
      .map(([name]) => `${path}: ${name}`)
      .filter((change) => !COMPLETED.test(change));
  });
}

function membersOf(exports) {
  const members = new Map(functionsOf(exports));
  for (const [name, value] of Array.from(members)) {
    for (const [key, each] of functionsOf(value)) members.set(`${name}.${key}`, each);
    for (const [key, each] of functionsOf(value.prototype)) {
      members.set(`${name}.prototype.${key}`, each);
    }
  }
  return members;
}

/** Functions and classes that an object has itself. What a getter gives, another module exports. */
function functionsOf(object) {
  if (object === null || (typeof object !== 'object' && typeof object !== 'function')) return [];
  return Object.entries(Object.getOwnPropertyDescriptors(object))
    .filter(([, { value }]) => typeof value === 'function')
    .map(([key, { value }]) => [key, value]);
}

module.exports = { changedPackages, isPackage, loadPackage };
