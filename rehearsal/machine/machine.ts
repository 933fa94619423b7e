/** Requirements of a rehearsal on its machine, and their error messages. */

/** A stage of three caches, one of them sharded, with all clients of `--traffic` uses up to 200. */
const OPEN_FILES_MIN = 256;
const PARENT_POLL_MS = 500;

/** Error codes and messages of a full disk, a quota or a file size limit. */
const FULL_DISK = /ENOSPC|EDQUOT|EFBIG|no space left|quota exceeded|file too large/i;
const OPEN_FILES = /EMFILE|ENFILE|too many open files/i;

/** @throws Error if the limit of open files, which servers inherit, is too low. */
export function requireOpenFiles(): void {
  // Node.js raises the soft limit to the hard limit at startup.
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft?: number | string } };
  };
  const limit = userLimits?.open_files?.soft;
  if (typeof limit !== 'number' || limit >= OPEN_FILES_MIN) return;
  throw new Error(
    `the limit of open files must be at least ${OPEN_FILES_MIN}, got ${limit}. Raise it with ` +
      `\`ulimit -n ${OPEN_FILES_MIN}\`, as root where it is a hard limit.`,
  );
}

/**
 * An error in one line: errors of the machine with advice, others by their message, which may be
 * the output of a program with a stack trace.
 */
export function explain({ code = '', path, message }: NodeJS.ErrnoException): string {
  const text = `${code} ${message}`;
  const [fullDisk] = FULL_DISK.exec(text) ?? [];
  if (fullDisk !== undefined) {
    return (
      `the disk must have room for the rehearsal, got "${fullDisk}"${path ? ` at ${path}` : ''}. ` +
      'Free some room, or set TMPDIR to a folder on another disk.'
    );
  }
  const [openFiles] = OPEN_FILES.exec(text) ?? [];
  if (openFiles === undefined) return message;
  return `the limit of open files must be higher, got "${openFiles}". Raise it with \`ulimit -n\`.`;
}

/**
 * Ends this process when its parent npm is gone, since `kill -9` of npm does not reach its
 * children.
 */
export function endWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) process.exit(1);
  }, PARENT_POLL_MS).unref();
}

/** The oldest major version of Node.js that still gets fixes. */
const MAINTAINED_MAJOR = 22;

/** A line about a Node.js that is end of life, or `undefined` for one that is not. */
export function endOfLife(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= MAINTAINED_MAJOR) return undefined;
  return `Node.js ${version} is end of life: it works here and gets no fixes. Install 22 or newer.`;
}
