/** Lines of `verify` about logins: who is refused, who is accepted, the password. Pure. */

import { STRONG_PASSWORD_RULE } from '../../../contract/strong-password';
import { failed, notTold, passed, type VerifyLine } from '../line';
import type { Fact } from './fact';
import type { ServerFacts } from './server-facts';

const REQUIRE =
  'Set a password: `requirepass` in redis.conf, or `user default off` and users with passwords';

export function loginLines({
  target,
  logins,
  session,
  cluster,
}: ServerFacts): readonly VerifyLine[] {
  return [
    noLoginLine(logins.noLogin),
    ...(cluster === undefined ? [] : [nodesLine(cluster)]),
    wrongPasswordLine(logins.wrongPassword),
    rightPasswordLine(logins),
    applicationLine(session.application),
    defaultUserLine(logins.noLogin),
    passwordLine(target),
    loggedLine(session.isFailureLogged),
  ];
}

/** The line of a fact that is not known. */
export function lineOf<T>(
  id: string,
  claim: string,
  fact: Fact<T>,
  decide: (value: T) => VerifyLine,
): VerifyLine {
  return fact.isKnown ? decide(fact.value) : notTold(id, claim, fact.why, fact.fix);
}

function noLoginLine(fact: ServerFacts['logins']['noLogin']): VerifyLine {
  const [id, claim] = ['no-login-refused', 'a connection without a login is refused'];
  return lineOf(id, claim, fact, (value) => {
    if (value === 'refused') return passed(id, claim, 'PING without a login: NOAUTH');
    const seen = value === 'accepted' ? 'PONG' : 'NOPERM, which is an answer to a logged-in user';
    return failed(id, claim, `PING without a login: ${seen}`, REQUIRE);
  });
}

function nodesLine(fact: NonNullable<ServerFacts['cluster']>): VerifyLine {
  const id = 'cluster-nodes-refuse';
  const claim = 'every node of the cluster refuses a connection without a login';
  return lineOf(id, claim, fact, (findings) => {
    const open = findings.filter(({ noLogin }) => noLogin.isKnown && noLogin.value !== 'refused');
    if (open.length > 0) {
      const seen = `${open.map(({ node }) => node).join(', ')}: PING without a login is answered`;
      return failed(id, claim, seen, `${REQUIRE}, on these nodes too`);
    }
    const unseen = findings.flatMap(({ node, noLogin }) =>
      noLogin.isKnown ? [] : [`${node}: ${noLogin.why}`],
    );
    if (unseen.length > 0) {
      const fix = 'Verify from a network that reaches every node';
      return notTold(id, claim, unseen.join(', '), fix);
    }
    const count = findings.length;
    return passed(id, claim, `${count} ${count === 1 ? 'node' : 'nodes'}: NOAUTH`);
  });
}

function wrongPasswordLine(fact: ServerFacts['logins']['wrongPassword']): VerifyLine {
  const [id, claim] = ['wrong-password-refused', 'a wrong password is refused'];
  return lineOf(id, claim, fact, ({ reply, leftOut }) => {
    const without =
      leftOut === undefined
        ? ''
        : `, for the user \`default\` and without the user of the url, since ${leftOut}`;
    const asked = `AUTH with a random password${without}`;
    if (reply === 'refused') return passed(id, claim, `${asked}: WRONGPASS`);
    const seen = reply === 'accepted' ? 'OK' : 'the server has no password to compare';
    return failed(id, claim, `${asked}: ${seen}`, `${REQUIRE}; remove \`nopass\``);
  });
}

function rightPasswordLine({ rightPassword }: ServerFacts['logins']): VerifyLine {
  const [id, claim] = ['login-accepted', 'the login of the url is accepted'];
  return lineOf(id, claim, rightPassword, (value) =>
    value === 'accepted'
      ? passed(id, claim, 'AUTH: OK')
      : failed(
          id,
          claim,
          `AUTH: ${value.refused}`,
          'Correct the user and the password of the url; a special character is percent-encoded',
        ),
  );
}

function applicationLine(fact: ServerFacts['session']['application']): VerifyLine {
  const id = 'application-connection';
  const claim = 'a connection as an application opens it works';
  return lineOf(id, claim, fact, (replies) => {
    const seen = replies.map(({ command, error }) => `${command}: ${error ?? 'as expected'}`);
    const evidence = seen.join(', ');
    // Rights may leave out PING, which says that the login works.
    const wrong = replies.filter(
      ({ command, error }) => error !== undefined && !(command !== `SELECT` && error === 'NOPERM'),
    );
    if (wrong.length === 0) return passed(id, claim, evidence);
    const isLoggedOut = wrong.every(({ error }) => error === 'NOAUTH');
    const fix = isLoggedOut
      ? 'Write the password into the url: the server asks for one'
      : 'Correct the database of the url, and the rights of the user';
    return failed(id, claim, evidence, fix);
  });
}

function defaultUserLine(fact: ServerFacts['logins']['noLogin']): VerifyLine {
  const [id, claim] = ['default-user', 'the user `default` is off or has a password'];
  return lineOf(id, claim, fact, (value) =>
    value === 'refused'
      ? passed(id, claim, 'a new connection, which is this user, has no login')
      : failed(
          id,
          claim,
          'a new connection is logged in as this user without a password',
          'Run `ACL SETUSER default off`, or set `requirepass`; then save it in the configuration',
        ),
  );
}

function passwordLine({ hasPassword, weakness }: ServerFacts['target']): VerifyLine {
  const [id, claim] = ['password-rule', `the password has ${STRONG_PASSWORD_RULE}`];
  const fix = 'Take one of `npx secure-redis password`';
  if (!hasPassword) return failed(id, claim, 'the url has no password', fix);
  if (weakness === undefined) return passed(id, claim, 'the password of the url follows the rule');
  return failed(id, claim, `the password of the url is ${weakness}`, fix);
}

function loggedLine(fact: ServerFacts['session']['isFailureLogged']): VerifyLine {
  const [id, claim] = ['failed-logins-logged', 'failed logins are logged or counted'];
  return lineOf(id, claim, fact, (seen) => {
    if (seen === 'logged') return passed(id, claim, 'ACL LOG has the wrong login of this run');
    if (seen === 'counted') return passed(id, claim, 'INFO counts them: acl_access_denied_auth');
    const fix = 'Set `acllog-max-len 128`, and watch ACL LOG or the metric of refused logins';
    return failed(id, claim, 'ACL LOG has no wrong login of this run', fix);
  });
}
