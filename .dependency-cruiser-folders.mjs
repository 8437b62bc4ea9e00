/**
 * Of two folders that lie side by side only one may import the other; a folder counts with all that is in it. Tests
 * are left out: they use the testing/ folder of their package, which uses what they test. `npm run imports` checks
 * it.
 */
import { options, tests } from './.dependency-cruiser.mjs';

export default {
  forbidden: [
    {
      name: 'no-folder-cycles',
      comment: 'Move what both folders need into a third one.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: { ...options, exclude: { path: tests } },
};
