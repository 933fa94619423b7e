/** One line of `verify`: a claim about a server, whether it holds, the evidence and the fix. */

export type Verdict = 'pass' | 'fail' | 'cannot tell';

export interface VerifyLine {
  /** Stable, in kebab case: `no-password-refused`. Accepted findings and SARIF name it. */
  readonly id: string;
  /** What should hold: `a login without a password is refused`. */
  readonly claim: string;
  readonly verdict: Verdict;
  /** What was seen; with `cannot tell`, why it cannot be told from here. Never a secret. */
  readonly evidence: string;
  /** What to do; absent with `pass`. */
  readonly fix?: string;
  /** Where a fix belongs, for findings of files. */
  readonly place?: LinePlace;
}

export interface LinePlace {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

export const passed = (id: string, claim: string, evidence: string): VerifyLine => ({
  id,
  claim,
  verdict: 'pass',
  evidence,
});

export const failed = (id: string, claim: string, evidence: string, fix: string): VerifyLine => ({
  id,
  claim,
  verdict: 'fail',
  evidence,
  fix,
});

export const notTold = (id: string, claim: string, evidence: string, fix?: string): VerifyLine => ({
  id,
  claim,
  verdict: 'cannot tell',
  evidence,
  fix,
});
