/** Why a login was not answered, by what ended its connection, typed by hand from Node's codes. */

import type { ConversationEnd } from '../../contract/conversation';
import { whyEnded } from '../../lambda/rotation/login';

const ended = (code: string | undefined, errno?: number): ConversationEnd => ({
  why: 'error',
  error: Object.assign(new Error('x'), { code, errno }),
});

describe('A connection that ends says why the node is unreachable', () => {
  test.each<[string | undefined, number | undefined, string]>([
    ['ECONNREFUSED', -111, 'connection-refused'],
    ['ENOTFOUND', -3008, 'name-not-found'],
    ['EAI_AGAIN', -3001, 'name-not-found'],
    ['ETIMEDOUT', -110, 'timed-out'],
    ['EHOSTUNREACH', -113, 'timed-out'],
    ['ENETUNREACH', -101, 'timed-out'],
    ['EPROTO', -71, 'not-redis'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', undefined, 'not-redis'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', undefined, 'not-redis'],
    ['SELF_SIGNED_CERT_IN_CHAIN', undefined, 'certificate-not-trusted'],
    ['CERT_HAS_EXPIRED', undefined, 'certificate-not-trusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', undefined, 'certificate-not-trusted'],
    ['ECONNRESET', -104, 'connection-closed'],
    ['EPIPE', -32, 'connection-closed'],
    [undefined, undefined, 'connection-closed'],
    [undefined, -104, 'connection-closed'],
  ])('%s with the number %s', (code, errno, why) => {
    expect(whyEnded(ended(code, errno))).toBe(why);
  });

  test('A conversation that ended without an error keeps its own reason', () => {
    expect(whyEnded({ why: 'timed-out' })).toBe('timed-out');
  });
});
