import { faultKinds } from '../../faults/fault-kinds.ts';
import { fieldsOfKind } from '../../faults/parse-fault.ts';

const isNumber = (field: object | undefined) =>
  field !== undefined && 'type' in field && (field.type === 'integer' || field.type === 'number');

/** A form as data: empty fields are left out, numbers are numbers. A wrong value stays, so that it can be reported. */
export function readFaultForm(form: URLSearchParams): { name: string; fault: Record<string, unknown> } {
  const kind = faultKinds.get(form.get('kind') ?? '');
  const fields = kind ? fieldsOfKind(kind) : {};
  const given = [...form].filter(([name, value]) => name !== 'name' && value.trim() !== '');
  const values = given.map(([name, value]) => {
    const text = value.trim();
    return [name, isNumber(fields[name]) && !Number.isNaN(Number(text)) ? Number(text) : text] as const;
  });
  return { name: form.get('name')?.trim() ?? '', fault: Object.fromEntries(values) };
}
