import http from 'node:http';
import https from 'node:https';
import { v20180317 as clb } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/index.js';
import { v20191205 as ssl } from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/index.js';
import { v20170312 as vpc } from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/v20170312/index.js';
import { ApiFailure, failureOf, malformed } from './api-failure.ts';
import type { Ask } from './actions.ts';
import { isSame, type Credential } from './credentials/credential-source.ts';
import { ownCode } from './error-kinds.ts';
import { redact } from './redact.ts';
import { withoutKey } from './redact-key.ts';
import type { Send } from './send.ts';
import { endpointOf, productOf, type Product } from './products.ts';

const clients = { clb: clb.Client, ssl: ssl.Client, vpc: vpc.Client } as const;

type Client = InstanceType<(typeof clients)[Product]>;

export interface SdkOptions {
  readonly region: string;
  /** Of the CLB API. */
  readonly endpoint: URL;
  readonly readTimeoutMs: number;
  /** Longer than for reads: a batch answers when it is done, and one of 500 targets can take many seconds. */
  readonly writeTimeoutMs: number;
}

/** Sends one request through Tencent's SDK, which itself neither retries nor limits. */
export function createSdkSend(options: SdkOptions): Send {
  const of = (product: Product) => createProductSend(product, options);
  const sends = { clb: of('clb'), ssl: of('ssl'), vpc: of('vpc') };
  return async (ask, attempt) => sends[productOf(ask.action)](ask, attempt);
}

function createProductSend(product: Product, options: SdkOptions): Send {
  const profile = httpProfileOf(new URL(endpointOf(product, options.endpoint.href)), options.writeTimeoutMs);
  let latest: { credential: Credential; client: Client } | undefined;

  function clientFor(credential: Credential): Client {
    if (latest !== undefined && isSame(latest.credential, credential)) return latest.client;
    const { secretId, secretKey, token } = credential;
    const client = new clients[product]({
      credential: { secretId, secretKey, ...(token === undefined ? {} : { token }) },
      region: options.region,
      profile: { language: 'en-US', httpProfile: profile },
    });
    latest = { credential, client };
    return client;
  }

  return async (ask, { credential, signal }) => {
    signal.throwIfAborted();
    const isRead = ask.effect === 'read';
    const deadline = AbortSignal.timeout(isRead ? options.readTimeoutMs : options.writeTimeoutMs);
    // A write that was sent takes effect whether we listen or not: whoever stops waits a little for its answer, so that
    // the next leader finds the CLB as it will be.
    const until = isRead ? AbortSignal.any([signal, deadline]) : deadline;
    try {
      return await requested(clientFor(credential), ask, until);
    } catch (error) {
      if (isRead) signal.throwIfAborted();
      if (deadline.aborted) throw new ApiFailure(ownCode.timeout, 'no answer in time');
      throw redact(withoutKey(failureOf(error), ask), credential);
    }
  };
}

/** The typed methods of the client take no options, so they cannot be aborted; request() can. */
async function requested(client: Client, ask: Ask, signal: AbortSignal): Promise<object> {
  const answer: unknown = await client.request(ask.action, ask.request, { signal });
  if (typeof answer !== 'object' || answer === null) throw malformed('Response is not an object');
  return answer;
}

/** Idle connections go before a gateway closes them in the middle of the next request. */
const idleMs = 4000;
const graceMs = 1000;

/** An agent of our own: without one the SDK sends through the proxy of `http_proxy`, whatever NO_PROXY says. */
export function httpProfileOf(endpoint: URL, longestMs: number) {
  const pool = { keepAlive: true, timeout: idleMs };
  return {
    protocol: `${endpoint.protocol}//`,
    endpoint: `${endpoint.host}${endpoint.pathname.replace(/\/+$/, '')}`,
    // The SDK's timer does not cover the whole call; ours does and must fire first.
    reqTimeout: (longestMs + graceMs) / 1000,
    agent: endpoint.protocol === 'http:' ? new http.Agent(pool) : new https.Agent(pool),
  };
}
