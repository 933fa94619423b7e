/**
 * A setting that is not allowed. The one kind of error that this library throws at synth, so that
 * the app can print it as one line: what is wrong, what was given, what is allowed, what to do.
 */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
