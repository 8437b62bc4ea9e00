import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { definitions } from '../definitions/definitions.ts';
import { requestSchema } from '../definitions/request-schema.ts';
import { ApiError } from '../errors/api-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';

const codes: Record<string, ErrorCode> = {
  required: 'MissingParameter',
  additionalProperties: 'UnknownParameter',
  type: 'InvalidParameter',
  maxItems: 'InvalidParameterValue.Length',
  minItems: 'InvalidParameterValue.Length',
  maxLength: 'InvalidParameterValue.Length',
  minLength: 'InvalidParameterValue.Length',
  pattern: 'InvalidParameter.FormatError',
  minimum: 'InvalidParameterValue.Range',
  maximum: 'InvalidParameterValue.Range',
};

/** "/Targets/0" becomes "Targets.0", as the API's GET form and its messages name fields. */
function fieldOf(error: ErrorObject): string {
  const own = ['missingProperty', 'additionalProperty'].map((key) => (error.params as Record<string, unknown>)[key]);
  return [...error.instancePath.split('/'), ...own].filter((part) => typeof part === 'string' && part !== '').join('.');
}

function toApiError(error: ErrorObject): ApiError {
  const field = fieldOf(error);
  const texts: Record<string, string> = {
    required: `The request is missing a required parameter \`${field}\`.`,
    additionalProperties: `The parameter \`${field}\` is not recognized.`,
    pattern: `The value of parameter \`${field}\` has characters that are not allowed.`,
  };
  const code = codes[error.keyword] ?? 'InvalidParameterValue';
  return new ApiError(
    code,
    texts[error.keyword] ?? `The value of parameter \`${field}\` ${error.message ?? 'is wrong'}.`,
  );
}

/** Compiling takes longer than most requests: once in a program, however many emulators it starts. */
const ajv = new Ajv({ strict: true, allErrors: false });
const compiled = new Map<string, ValidateFunction>();

/**
 * Checks a request against the definition of its action, and refuses with the API's codes. Which code goes with which
 * mistake is assumed from the common error codes.
 */
export function checkParameters(action: string, request: unknown): void {
  const validate = compiled.get(action) ?? ajv.compile(requestSchema(definitions, action));
  compiled.set(action, validate);
  if (validate(request)) return;
  const [first] = validate.errors ?? [];
  if (first) throw toApiError(first);
}
