/** `verify` asks every node of a cluster, of which one may accept what the others refuse. */

import { findServers } from '../../../cli/server/redis-binary';
import { Admin } from '../../support/doctor-run';
import { notePassword } from '../../support/leaks';
import { joinNodes, startClusterNode } from '../../support/own-cluster';
import { endOwnServers, type OwnServer } from '../../support/own-server';
import { verify } from '../../support/run-verify';

const STRONG = 'A-strong-password-of-a-test-0123456789';
notePassword(STRONG);
const [{ path: program } = { path: '' }] = findServers();

let first: OwnServer;
let second: OwnServer;
let one: Admin;
let two: Admin;

beforeAll(async () => {
  first = await startClusterNode(program, [`requirepass ${STRONG}`]);
  second = await startClusterNode(program);
  one = await Admin.of(first.port, STRONG);
  two = await Admin.of(second.port);
  await joinNodes(one, two, second.port);
});

afterAll(async () => {
  for (const admin of [one, two]) admin.close();
  await endOwnServers();
});

async function nodesLine() {
  const { lines } = await verify(`redis://:${STRONG}@127.0.0.1:${first.port}`);
  return lines.find(({ id }) => id === 'cluster-nodes-refuse');
}

test('a node without a password is named, though the node of the url refuses', async () => {
  expect(await nodesLine()).toMatchObject({
    verdict: 'fail',
    evidence: `127.0.0.1:${second.port}: PING without a login is answered`,
  });
});

test('all refuse', async () => {
  await two.ask('CONFIG', 'SET', 'requirepass', STRONG);
  expect(await nodesLine()).toMatchObject({ verdict: 'pass', evidence: '2 nodes: NOAUTH' });
});

test('a node that does not answer cannot be told', async () => {
  await second.stop();
  expect(await nodesLine()).toMatchObject({
    verdict: 'cannot tell',
    evidence: `127.0.0.1:${second.port}: connection refused (ECONNREFUSED)`,
    fix: 'Verify from a network that reaches every node',
  });
});
