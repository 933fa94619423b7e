/**
 * Starts the CDK app: the `app` of cdk.json. `cdk` prints that command below each error, so it must
 * be short.
 */

require('./register.cjs');
require('./app.ts');
