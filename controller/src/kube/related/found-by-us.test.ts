import { expect, test } from '@jest/globals';
import { uploadReference } from '../../core/model/certificate.ts';
import { FoundByUs } from './found-by-us.ts';

test('An upload is pending until it is known, and each change of it is news once.', async () => {
  const news: string[] = [];
  const uploads = new FoundByUs('UploadedCertificate', ({ name }) => news.push(name));
  const get = () => uploads.get({ ...uploadReference('a'), kind: 'UploadedCertificate' });
  await uploads.settled();
  expect(get()).toEqual({ state: 'pending' });
  uploads.put('a', { problem: 'no' });
  uploads.put('a', { problem: 'no' });
  expect(get()).toEqual({ state: 'found', facts: { problem: 'no' } });
  uploads.put('a', { id: 'cert-1' });
  expect(get()).toEqual({ state: 'found', facts: { id: 'cert-1' } });
  uploads.put('a', undefined);
  uploads.put('b', undefined);
  expect([get(), news]).toEqual([{ state: 'pending' }, ['a', 'a', 'a']]);
});
