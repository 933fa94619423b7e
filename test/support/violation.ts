/** A violated invariant, which the message names. */
export class Violation extends Error {}
