/** Prints the cost of one further user for the synth of a cache, as JSON: CPU time in ms. */

import { App, Stack } from 'aws-cdk-lib/core';
import { LEAN_APP } from '../bin/lean-app';
import { Access, Role, SecureRedis } from '../lib';
import { median } from './measure';

/** A cache has at most 40 users with passwords. */
const USERS_MAX = 40;
const RUNS = 7;

function cpuMsWith(users: number): number {
  const start = process.cpuUsage();
  const app = new App(LEAN_APP);
  const names = Array.from({ length: users }, (_, index) => `user${index}`);
  const roles = names.map((name) => [name, Role.readWrite({ keys: [`${name}:*`] })] as const);
  const access = Access.users(Object.fromEntries(roles));
  new SecureRedis(new Stack(app, 'Stack'), 'Cache', { access });
  app.synth();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

// The first synth loads modules of the CDK.
cpuMsWith(1);
const differences = Array.from({ length: RUNS }, () => cpuMsWith(USERS_MAX) - cpuMsWith(1));
console.log(JSON.stringify({ ms: median(differences) / (USERS_MAX - 1) }));
