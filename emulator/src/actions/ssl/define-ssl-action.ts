import type { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/ssl_client.js';
import type { sslActions } from '../../definitions/action-names.ts';
import { definerFor } from '../parts/define-product-action.ts';

/** For actions of the SSL product. */
export const defineSslAction = definerFor<Client, (typeof sslActions)[number]>();
