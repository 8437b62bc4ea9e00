import type { CloudErrorKind } from '../core/model/cloud-error.ts';

interface Told {
  /** Codes that mean several things; others are clear without the text. */
  readonly codes: readonly string[];
  readonly text: RegExp;
  readonly kind: CloudErrorKind;
}

/** Texts as other programs have seen them. */
const told: readonly Told[] = [
  { codes: ['InvalidParameter', 'FailedOperation'], text: /\b(lb|load ?balancer) (is )?not exist/i, kind: 'gone' },
  { codes: ['InvalidParameter'], text: /\b(ListenerId|LocationId|Listener|Location)\b.*\bnot found/i, kind: 'gone' },
  {
    codes: ['FailedOperation', 'InternalError', 'UnsupportedOperation'],
    text: /not in normal|des(State| status)? (is )?abnormal|your task is working|tasks are being processed/i,
    kind: 'busy',
  },
];

/** What a general code means by its text; undefined: the code alone counts. */
export function kindByText(code: string, message: string): CloudErrorKind | undefined {
  return told.find(({ codes, text }) => codes.includes(code) && text.test(message))?.kind;
}
