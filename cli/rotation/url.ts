/**
 * `url`: the connection string, masked unless --reveal.
 *
 * Masked, it is made of what the stack publishes: no secret is read. Revealed, it is the one thing
 * that this command line prints with a password in it.
 */

import {
  connectionUrl,
  connectionUrlTemplate,
  DEFAULT_DATABASE,
  DEFAULT_USERNAME,
} from '../../contract/connection-url';
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
  const target = { username: DEFAULT_USERNAME, ...at, database: DEFAULT_DATABASE };
  const text = reveal
    ? connectionUrl(target, (await cloud.credentials(cache.secretArn)).password)
    : connectionUrlTemplate(target).replace('{password}', MASK);
  return {
    exitCode: 0,
    lines: [text],
    json: { cache: cache.name, url: text, isReader: reader, isRevealed: reveal },
  };
}
