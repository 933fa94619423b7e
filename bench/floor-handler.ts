/** An empty Lambda function, for `floor-app.ts`. */

export const handler = async () => undefined;
