/** The smallest function there is, for `floor-app.ts`. */

export const handler = async () => undefined;
