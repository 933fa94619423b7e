/**
 * The name of an error that the application's code or the AWS SDK threw, but never its message,
 * which could quote a secret.
 */

/** Names that end in Exception or Error; also DecryptionFailure and our ReadTimeout. */
const ERROR_NAME = /^(?:[A-Z][A-Za-z]{2,38}(?:Exception|Error)|DecryptionFailure|ReadTimeout)$/;

/** Such as AccessDeniedException. Names in another format may contain secrets and are dropped. */
export function errorNameOf(error: unknown): string {
  try {
    const name = error instanceof Error ? error.name : '';
    if (ERROR_NAME.test(name)) return name;
  } catch {
    // A custom getter may throw; ignore its error, too.
  }
  return 'an error without a name';
}
