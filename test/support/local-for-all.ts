/** One local deployment for all tests of a file. */

import { type LocalDeployment, startLocally } from './local-deployment';

/** Starts it before the first test, rotated once if asked, and stops it after the last. */
export function localForAll({ isRotated = false } = {}): () => LocalDeployment {
  let local: LocalDeployment;
  beforeAll(async () => {
    local = await startLocally();
    if (isRotated) await local.deployment.service.rotate();
  }, 20_000);
  afterAll(async () => {
    await local.deployment.stop();
  });
  return () => local;
}
