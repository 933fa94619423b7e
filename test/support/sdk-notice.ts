/** What the SDK prints once in a process on Node.js 20, whose end of life it names. */
const NOTICE =
  /\(node:\d+\) Warning: NodeVersionSupportWarning:.*?\(Use `node --trace-warnings[^\n]*(?:\n|$)/s;

/** What a process printed, without the SDK's notice on its Node.js. */
export function withoutSdkNotice(printed: string): string {
  return printed.replace(NOTICE, '');
}
