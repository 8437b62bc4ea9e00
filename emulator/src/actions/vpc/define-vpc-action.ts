import type { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/v20170312/vpc_client.js';
import type { vpcActions } from '../../definitions/action-names.ts';
import { definerFor } from '../parts/define-product-action.ts';

/** For actions of VPC. */
export const defineVpcAction = definerFor<Client, (typeof vpcActions)[number]>();
