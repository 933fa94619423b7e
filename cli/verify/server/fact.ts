/** A fact about a server, or why it cannot be told from here. */

export type Fact<T> =
  | { readonly isKnown: true; readonly value: T }
  | { readonly isKnown: false; readonly why: string; readonly fix?: string };

export function told<T>(value: T): Fact<T> {
  return { isKnown: true, value };
}

/** `fix` says how the fact becomes known. */
export function untold(why: string, fix?: string): Fact<never> {
  return { isKnown: false, why, fix };
}
