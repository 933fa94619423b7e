#!/usr/bin/env node
/** Starts the operator's command line, in `operator/main.ts`, from wherever it is called. */

// The SDK's notice about this machine's Node version is none about a cache.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

require('./register.cjs');
require('../operator/main.ts');
