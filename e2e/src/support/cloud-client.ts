import { v20180317 } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/index.js';
import { localClb } from './clb.ts';

/** The official SDK, as another owner of the account would use it, or with other credentials. */
export function cloudClient(credentials: string = localClb.credentials) {
  const [secretId = '', secretKey = ''] = credentials.split(':');
  return new v20180317.Client({
    credential: { secretId, secretKey },
    region: localClb.region,
    profile: { httpProfile: { endpoint: `${localClb.host}:${localClb.apiPort}`, protocol: 'http://' } },
  });
}
