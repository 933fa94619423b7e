/** The variables that applications read: another name would break each that is deployed. */

import { APPLICATION_ENV } from '../../contract/application-env';

test('The names of the variables stay', () => {
  expect(APPLICATION_ENV).toEqual({
    secretArn: 'REDIS_SECRET_ARN',
    cluster: 'REDIS_CLUSTER',
    url: 'REDIS_URL',
    readerUrl: 'REDIS_READER_URL',
    password: 'REDIS_PASSWORD',
    host: 'REDIS_HOST',
    readerHost: 'REDIS_READER_HOST',
    port: 'REDIS_PORT',
    user: 'REDIS_USER',
    cacheName: 'REDIS_CACHE_NAME',
    region: 'REDIS_REGION',
    database: 'REDIS_DATABASE',
    caFile: 'REDIS_CA_FILE',
  });
});
