import { expect, test } from '@jest/globals';
import { libraryPaths } from './runtime-files.ts';

test('Libraries and the loader are read from the output of ldd, the kernel page is not a file.', () => {
  const output = [
    '\tlinux-vdso.so.1 (0x00007f086bcba000)',
    '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f086b920000)',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f086b73e000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007f086bcbc000)',
  ].join('\n');

  expect(libraryPaths(output)).toEqual([
    '/lib/x86_64-linux-gnu/libc.so.6',
    '/lib/x86_64-linux-gnu/libm.so.6',
    '/lib64/ld-linux-x86-64.so.2',
  ]);
});
