const text = { type: 'string', minLength: 1 };

function variant(kind: string, properties: Record<string, object>, required: string[] = []) {
  return {
    properties: { kind: { const: kind }, ...properties },
    required: ['kind', ...required],
    additionalProperties: false,
  };
}

/** JSON Schema of a fault as the admin API takes it. */
export const faultSchema = {
  type: 'object',
  discriminator: { propertyName: 'kind' },
  required: ['kind'],
  oneOf: [
    variant('refuse-probes', { ip: text, loadBalancerId: text, listenerId: text }),
    variant('api-error', { action: text, code: text, message: text, times: { type: 'integer', minimum: 1 } }, ['code']),
    variant('throttle', { action: text }),
    variant('http-status', { action: text, status: { type: 'integer', minimum: 300, maximum: 599 } }, ['status']),
    variant('down', {}),
    variant('refuse-credentials', { secretId: text }),
  ],
};
