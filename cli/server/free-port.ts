/** Finds free TCP ports. */

import { createServer } from 'node:net';

const PORT_DRAWS_MAX = 100;
/** Offset of the cluster bus port; `cluster-port` exists only since Redis 7.0. */
export const BUS_PORT_OFFSET = 10_000;

/** A free port whose cluster bus port is free, too. */
export async function freePortWithBus(): Promise<number> {
  for (let draw = 0; draw < PORT_DRAWS_MAX; draw++) {
    const port = await freePort();
    // Ports end at 65,535.
    const isFree = await freePort(port + BUS_PORT_OFFSET).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  throw new Error(
    `in ${PORT_DRAWS_MAX} draws no port was free together with the one ${BUS_PORT_OFFSET} above ` +
      'it, which a node of a cluster needs; end what listens there',
  );
}

/** A free port, or the wanted port if it is free. Another process may take it meanwhile. */
export function freePort(wanted = 0, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(wanted, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
