/** How many days a certificate is valid, as `verify` says it. */

import { untold } from '../../../cli/verify/server/fact';
import { handshakeLines } from '../../../cli/verify/server/handshake-lines';
import type { ServerFacts } from '../../../cli/verify/server/server-facts';

const NONE = untold('not asked');

function lineWith(end: { readonly daysLeft?: number; readonly validTo?: string }) {
  const handshake = {
    protocol: 'TLSv1.3',
    cipher: '',
    isForHost: true,
    names: [],
    chain: [],
    ...end,
  };
  const facts = {
    target: { host: 'localhost', verification: 'full' },
    tls: {
      handshake,
      isPlaintextAnswered: NONE,
      plaintextPort: NONE,
      oldVersion: NONE,
      weakCipher: NONE,
    },
  } as unknown as ServerFacts;
  return handshakeLines(facts).find(({ id }) => id === 'certificate-days');
}

test.each([
  [14, 'pass', '14 days left, until 2026-12-12'],
  [13, 'fail', '13 days left, until 2026-12-12'],
  [0, 'fail', '0 days left, until 2026-12-12'],
  [-666, 'fail', 'it ended 666 days ago, on 2026-12-12'],
])('%d days', (daysLeft, verdict, evidence) => {
  expect(lineWith({ daysLeft, validTo: '2026-12-12T10:00:00.000Z' })).toMatchObject({
    verdict,
    evidence,
  });
});

test('a certificate without a readable end cannot be told', () => {
  expect(lineWith({})?.verdict).toBe('cannot tell');
});
