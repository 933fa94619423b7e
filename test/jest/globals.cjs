/**
 * What the files of a worker share beside packages: the global object, the process and its
 * environment. Each file finds them as the worker made them.
 */

/** Made by the CDK when it first needs it; its modules hold keys of it. */
const CDK_TOKENS = '__cdkTokenMap';

const environment = process.env;
const variables = { ...environment };
const directory = process.cwd();
const globals = Object.getOwnPropertyDescriptors(globalThis);
/** Not what Node.js itself changes: the connection to the parent, and counts of listeners. */
const ofProcess = Object.fromEntries(
  Object.entries(Object.getOwnPropertyDescriptors(process)).filter(
    ([key, { value }]) => !key.startsWith('_') && (typeof value === 'function' || key === 'argv'),
  ),
);
const listeners = listenersNow();

/** What the packages add to the global object while they load stays. */
function keepGlobalsOf(load) {
  const before = new Set(Reflect.ownKeys(globalThis));
  const heardBefore = listenersNow();
  const result = load();
  for (const key of Reflect.ownKeys(globalThis).filter((each) => !before.has(each))) {
    globals[key] = Object.getOwnPropertyDescriptor(globalThis, key);
  }
  for (const [event, heard] of listenersNow()) {
    const added = heard.filter((each) => !(heardBefore.get(event) ?? []).includes(each));
    listeners.set(event, [...(listeners.get(event) ?? []), ...added]);
  }
  return result;
}

function restoreGlobals() {
  Object.defineProperties(process, ofProcess);
  removeOthers();
  Object.defineProperties(globalThis, globals);
  restoreVariables();
  if (process.cwd() !== directory) process.chdir(directory);
  for (const [event, heard] of listenersNow()) {
    const left = heard.filter((each) => !(listeners.get(event) ?? []).includes(each));
    for (const each of left) process.removeListener(event, each);
  }
}

function removeOthers() {
  for (const key of Reflect.ownKeys(globalThis)) {
    if (key !== CDK_TOKENS && !Object.hasOwn(globals, key)) delete globalThis[key];
  }
}

function restoreVariables() {
  process.env = environment;
  for (const name of Object.keys(environment)) {
    if (!Object.hasOwn(variables, name)) delete environment[name];
  }
  for (const [name, value] of Object.entries(variables)) {
    if (environment[name] !== value) environment[name] = value;
  }
}

function listenersNow() {
  return new Map(process.eventNames().map((event) => [event, process.rawListeners(event)]));
}

module.exports = { keepGlobalsOf, restoreGlobals };
