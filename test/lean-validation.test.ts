/** Our apps save memory in a method of CDK that is not public: an update may take it away. */

import { CloudFormationValidatePlugin } from 'aws-cdk-lib/core';

it('finds where CDK makes the engine of its validation', () => {
  const plugin = CloudFormationValidatePlugin.prototype as unknown as Record<string, unknown>;
  expect(plugin.initializeEngine).toBeInstanceOf(Function);
});
