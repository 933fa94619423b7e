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
  const changed = [];
  for (const [module, members] of membersByModule) {
    for (const member of members) {
      const now = member.of[member.key];
      if (now === member.value) continue;
      member.value = now;
      changed.push(`${pathIn(module)}: ${member.name}`);
    }
  }
  return changed.filter((change) => !COMPLETED.test(change));
}

function pathIn({ filename }) {
  return filename.slice(filename.lastIndexOf(PACKAGES) + PACKAGES.length);
}

function membersOf(exports) {
  const members = functionsOf(exports, '');
  for (const { value, name } of Array.from(members)) {
    members.push(...functionsOf(value, `${name}.`));
    members.push(...functionsOf(value.prototype, `${name}.prototype.`));
  }
  return members;
}

/** Functions and classes that an object has itself. What a getter gives, another module exports. */
function functionsOf(of, prefix) {
  if (of === null || (typeof of !== 'object' && typeof of !== 'function')) return [];
  return Object.entries(Object.getOwnPropertyDescriptors(of))
    .filter(([, { value }]) => typeof value === 'function')
    .map(([key, { value }]) => ({ of, key, value, name: `${prefix}${key}` }));
}

module.exports = { changedPackages, isPackage, loadPackage };
