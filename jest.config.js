/** See scripts/src/jest/: Node loads the files, and strips their types. */
const common = {
  testEnvironment: '<rootDir>/scripts/src/jest/environment.ts',
  testRunner: '<rootDir>/scripts/src/jest/runner.ts',
  transform: {},
  // Sockets and files of Node itself wait for process.nextTick.
  fakeTimers: { doNotFake: ['nextTick'] },
};
const ownPrograms = '\\.program\\.test\\.ts$';
const packages = ['shared', 'certs', 'controller', 'webhook', 'commands', 'cluster', 'emulator', 'scripts'];

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: packages.map((name) => `<rootDir>/${name}/src/**/*.test.ts`),
      testPathIgnorePatterns: ['/node_modules/', ownPrograms],
    },
    // Whole programs and real traffic, beside their sources too, but each takes a while.
    { ...common, displayName: 'programs', testMatch: ['<rootDir>/*/src/**/*.program.test.ts'] },
    // On the machine itself.
    { ...common, displayName: 'machine', testMatch: ['<rootDir>/e2e/src/machine/*.test.ts'] },
    // Clients of the emulated CLB that are not ours: without a cluster, but with packages from PyPI.
    { ...common, displayName: 'clients', testMatch: ['<rootDir>/e2e/src/clients/*.test.ts'] },
    // Inside a cluster's network: files that keep to namespaces and CLBs of their own run at once...
    { ...common, displayName: 'parallel', testMatch: ['<rootDir>/e2e/src/parallel/*.test.ts'] },
    { ...common, displayName: 'conformance', testMatch: ['<rootDir>/e2e/src/conformance/*.test.ts'] },
    // ...those that have a load of their own too, two at once, so that the machine stays quick...
    { ...common, displayName: 'loads', testMatch: ['<rootDir>/e2e/src/loads/*.test.ts'] },
    // ...and those that stop programs, change settings or count calls run alone, one after the other.
    { ...common, displayName: 'serial', testMatch: ['<rootDir>/e2e/src/serial/*.test.ts'] },
  ],
};
