/**
 * `url`: the connection string, with a masked password unless --reveal.
 *
 * Masked, it is built from the stack's parameters, and no secret is read. `url --reveal` is the
 * only output of this command line with a password.
 */

import { connectionUrl, connectionUrlTemplate } from '../../contract/connection-url';
import type { CommandResult } from '../terminal/screen';
import type { Work } from './commands';

const MASK = '[password]';

export interface UrlCommandOptions {
  readonly reveal: boolean;
  readonly reader: boolean;
}

export async function printUrl(
  { cloud, cache }: Work,
  options: UrlCommandOptions,
): Promise<CommandResult> {
  const { reveal, reader } = options;
  const at = { host: reader ? cache.readerHost : cache.host, port: cache.port };
  const target = { username: cache.username, ...at, database: cache.database };
  const text = reveal
    ? connectionUrl(target, (await cloud.credentials(cache.secretArn)).password)
    : connectionUrlTemplate(target).replace('{password}', MASK);
  return {
    exitCode: 0,
    lines: [text],
    json: { cache: cache.name, url: text, isReader: reader, isRevealed: reveal },
  };
}
