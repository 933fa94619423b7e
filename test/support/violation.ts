/** Something that must never be. Its message names the invariant. */
export class Violation extends Error {}
