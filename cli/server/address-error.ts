/**
 * A connection string that is refused: which part of it, and what to do.
 *
 * No message quotes any of the string, since any part of it may belong to a password.
 */

import { CliError } from '../aws/cloud';

export type AddressFault =
  | 'empty'
  | 'quotes'
  | 'white-space'
  | 'placeholder'
  | 'scheme'
  | 'encoding'
  | 'login'
  | 'host'
  | 'port'
  | 'database'
  | 'option';

export class AddressError extends CliError {
  constructor(
    readonly fault: AddressFault,
    must: string,
    got: string,
    advice: string,
  ) {
    super(`the connection string must ${must}, got ${got}. ${advice}.`);
  }
}
