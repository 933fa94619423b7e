/** The message of the SettingError that something throws, for tests of refusals. */

import { SettingError } from '../../lib';

/** Fails the test if another error is thrown. */
export function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingError);
    return (error as Error).message;
  }
  return 'nothing was refused';
}
