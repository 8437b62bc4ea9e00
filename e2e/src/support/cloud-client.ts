import { v20180317 } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/index.js';
import { v20191205 } from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/index.js';
import { localClb } from './clb.ts';

/** The official SDK, as another owner of the account would use it, or with other credentials. */
export function cloudClient(credentials: string = localClb.credentials) {
  return new v20180317.Client(configOf(credentials));
}

/** The same of the SSL product. */
export function sslClient(credentials: string = localClb.credentials) {
  return new v20191205.Client(configOf(credentials));
}

function configOf(credentials: string) {
  const [secretId = '', secretKey = ''] = credentials.split(':');
  return {
    credential: { secretId, secretKey },
    region: localClb.region,
    profile: { httpProfile: { endpoint: `${localClb.host}:${localClb.apiPort}`, protocol: 'http://' } },
  };
}
