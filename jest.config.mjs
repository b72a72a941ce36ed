// The SDK's notice about the next Node would stand in the output of every test file.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const swc = (type) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    },
    module: { type },
  },
];

const tsJest = [
  'ts-jest',
  {
    useESM: true,
    tsconfig: {
      target: 'ES2022',
      module: 'ESNext',
      moduleResolution: 'Bundler',
      esModuleInterop: true,
      isolatedModules: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      useDefineForClassFields: true,
    },
  },
];

/** @type {import('jest').Config} */
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/.ci/jest-environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  // The sources name the built files; the one CommonJS source is mapped by its name, so that packages keep theirs.
  moduleNameMapper: {
    '^ductile$': '<rootDir>/src/index.ts',
    '^ductile/(\\w+)$': '<rootDir>/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^(\\.{1,2}/package-file)\\.cjs$': '$1.cts',
  },
};

/**
 * A worker ends in a millisecond when it has nothing left, but one with a large heap needs longer than Jest's half a second on
 * a busy machine, and would be reported as one that leaks. One that leaks is still reported.
 */
export const WORKER_EXIT_MS = 15_000;

/** A set of tests compiled by swc, as most of them are. */
export const swcProject = (displayName, folder) => ({
  ...common,
  displayName,
  testMatch: [`<rootDir>/test/${folder}**/*.test.ts`],
  transform: { '\\.ts$': swc('es6'), '\\.cts$': swc('commonjs') },
});

/** @type {import('jest').Config} */
export default {
  // Only to end what hangs: a test is as long as its work, on however busy a machine.
  testTimeout: 300_000,
  // One worker for each core: Jest leaves one core to itself, which on a machine of two doubles the time.
  maxWorkers: '100%',
  workerGracefulExitTimeout: WORKER_EXIT_MS,
  projects: [
    { ...swcProject('swc', ''), testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/long/'] },
    // What the TypeScript compiler says about a property's type differs from what swc says.
    {
      ...common,
      displayName: 'tsc',
      testMatch: ['<rootDir>/test/decorators/**/*.test.ts'],
      transform: { '\\.ts$': tsJest, '\\.cts$': swc('commonjs') },
    },
  ],
};
