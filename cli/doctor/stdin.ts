/** Reads a text from stdin, so that it is in no argument of a process. */

/** In place of an argument: read it from stdin. */
export const FROM_STDIN = '-';

/** The first bytes of stdin as text, at most `bytesMax`. */
export async function readStdin(bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8');
}
