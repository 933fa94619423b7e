/**
 * Starts the CDK app, the `app` of cdk.json. A launcher keeps that command short: `cdk` repeats it
 * below each message with which the app ends.
 */

require('./register.cjs');
require('./app.ts');
