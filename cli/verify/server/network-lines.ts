/** Lines of `verify` about where the port is open, and whether connections are encrypted. Pure. */

import { failed, notTold, passed, type VerifyLine } from '../line';
import { lineOf } from './login-lines';
import { targetText } from './reach-file';
import { isLoopback, isPrivateAddress } from './read-network';
import type { NetworkFacts, ServerFacts } from './server-facts';

const LOOPBACK_FIX =
  'Bind loopback: `bind 127.0.0.1 -::1` in redis.conf, or "127.0.0.1:6379:6379" as port in compose';

const ALL_ADDRESSES = ['*', '-*', '0.0.0.0', '::', '-::', '::*', '-::*'];

export function networkLines(facts: ServerFacts): readonly VerifyLine[] {
  const { network } = facts;
  return [
    bindingLine(network),
    othersLine(network),
    otherHostLine(facts),
    publicLine(network),
    encryptedLine(facts),
    protectedLine(facts),
  ];
}

/** What listens on this machine tells most, then connections to its addresses, then the server. */
function bindingLine({ isThisMachine, listening, bind, others }: NetworkFacts): VerifyLine {
  const [id, claim] = ['port-binding', 'the port is not open on all addresses'];
  if (isThisMachine && listening.isKnown) {
    const open = listening.value.filter((each) => !isLoopback(each));
    const evidence = `this machine listens on ${listening.value.join(', ')}`;
    return open.length === 0
      ? passed(id, claim, evidence)
      : failed(id, claim, evidence, LOOPBACK_FIX);
  }
  // A container binds all addresses of its own network, whatever this machine lets in.
  if (isThisMachine && (others.length > 0 || !bind.isKnown))
    return addressesLine(id, claim, others);
  return lineOf(id, claim, bind, (names) => {
    const evidence = `the server binds ${names.join(', ')}`;
    if (!names.some((name) => ALL_ADDRESSES.includes(name))) return passed(id, claim, evidence);
    if (!isThisMachine) {
      const why = `${evidence}; in a container, these are the addresses of its network only`;
      const fix = 'Run `verify` on the machine of the server, too, or bind one private address';
      return notTold(id, claim, why, fix);
    }
    const fix = `${LOOPBACK_FIX}; for clients of other machines, bind one private address`;
    return failed(id, claim, evidence, fix);
  });
}

function addressesLine(id: string, claim: string, others: NetworkFacts['others']): VerifyLine {
  if (others.length === 0) return passed(id, claim, 'this machine has loopback addresses only');
  const text = others.map(({ address, isOpen }) => `${address} ${isOpen ? 'open' : 'closed'}`);
  const evidence = text.join(', ');
  return others.some(({ isOpen }) => isOpen)
    ? failed(id, claim, evidence, LOOPBACK_FIX)
    : passed(id, claim, evidence);
}

function othersLine({ isThisMachine, others }: NetworkFacts): VerifyLine {
  const [id, claim] = [
    'other-addresses',
    'the port is closed on the other addresses of its machine',
  ];
  if (!isThisMachine) {
    const fix = 'Run `verify` on the machine of the server, too';
    return notTold(id, claim, 'the server is on another machine', fix);
  }
  return addressesLine(id, claim, others);
}

function otherHostLine({ network, target }: ServerFacts): VerifyLine {
  const [id, claim] = ['other-host', 'another host cannot open the port'];
  const { from, isThisMachine, listening } = network;
  const { host, port } = target;
  if (from !== undefined) {
    const evidence = `${from.from} at ${from.at}, ${from.target}: ${from.seen}`;
    return from.isOpen
      ? failed(id, claim, evidence, `${LOOPBACK_FIX}, or let a firewall refuse the host`)
      : passed(id, claim, evidence);
  }
  if (isThisMachine && listening.isKnown && listening.value.every(isLoopback)) {
    return passed(id, claim, 'only loopback listens, which no other host reaches');
  }
  const at = isThisMachine ? `ADDRESS:${port}` : targetText(host, port);
  return notTold(
    id,
    claim,
    'no result of another host was given',
    `On a host that is no client, run \`npx secure-redis verify --reachable ${at} --json > ` +
      'from.json`; then add `--from from.json` here',
  );
}

function publicLine({ addresses }: NetworkFacts): VerifyLine {
  const [id, claim] = ['private-address', 'the host has private addresses only'];
  if (addresses.length === 0) return notTold(id, claim, 'the host name has no address now');
  const evidence = `the host is ${addresses.join(', ')}`;
  return addresses.every(isPrivateAddress)
    ? passed(id, claim, evidence)
    : failed(id, claim, evidence, 'Connect through a private address or a tunnel');
}

function encryptedLine({ target: { isTls }, network, tls }: ServerFacts): VerifyLine {
  const [id, claim] = ['encrypted', 'connections are encrypted, or stay on this machine'];
  if (isTls) return passed(id, claim, tls?.handshake.protocol ?? 'TLS');
  const { addresses } = network;
  if (addresses.length > 0 && addresses.every(isLoopback)) {
    return passed(id, claim, 'plaintext, and to loopback only');
  }
  const fix = 'Set `tls-port`, `port 0` and a certificate, and write rediss:// in the url';
  return failed(id, claim, `plaintext to ${addresses.join(', ') || 'the host'}`, fix);
}

function protectedLine({ session, logins }: ServerFacts): VerifyLine {
  const id = 'protected-mode';
  const claim = 'protected mode is on, or every connection must log in';
  const { noLogin } = logins;
  const mustLogIn = noLogin.isKnown && noLogin.value === 'refused';
  const { isProtected } = session;
  if (isProtected.isKnown && isProtected.value) return passed(id, claim, 'protected mode is on');
  if (mustLogIn) {
    const state = isProtected.isKnown ? 'it is off, and' : 'its state is not told, and it';
    return passed(id, claim, `${state} has no effect while every connection must log in`);
  }
  return lineOf(id, claim, isProtected, () =>
    failed(id, claim, 'it is off, and a connection needs no login', 'Set `protected-mode yes`'),
  );
}
