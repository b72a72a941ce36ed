import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { noImportCycles } from './.ci/no-import-cycles.mjs';

/** From low to high: a layer imports only what stands before it. Those in one row do not know each other. */
const layers = [
  ['errors'],
  ['values'],
  ['fields'],
  ['keypaths'],
  ['decorators'],
  ['schema'],
  ['views'],
  ['table'],
  ['work'],
  ['registry'],
  ['protocol'],
  ['dynamo'],
  ['store'],
  ['operator', 'local'],
  ['application'],
  ['nestjs', 'testing', 'cli'],
];

/** Only these may know the AWS SDK: the rest is pure, or goes through the gateway. */
const edges = ['dynamo', 'local', 'nestjs', 'testing', 'cli'];

const awsSdk = {
  regex: '^@(aws-sdk|smithy)/',
  message:
    'Only src/dynamo and the entry points local, nestjs, testing and cli import the AWS SDK: go through the gateway.',
};

const layerRules = layers.flatMap((row, height) =>
  row.map((layer) => {
    const above = [...row.filter((other) => other !== layer), ...layers.slice(height + 1).flat()];
    const upwards = {
      regex: `^(\\.\\./)+(${[...above, 'index\\.js'].join('|')})(/|$)`,
      message: `src/${layer} is a lower layer: what it needs from there belongs below it.`,
    };
    return {
      files: [`src/${layer}/**`],
      rules: {
        'no-restricted-imports': ['error', { patterns: [upwards, ...(edges.includes(layer) ? [] : [awsSdk])] }],
      },
    };
  }),
);

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.cache/']),
  {
    files: ['**/*.{ts,cts}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
      // Codecs and plans are records of functions, called without a `this`.
      '@typescript-eslint/unbound-method': 'off',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    },
  },
  {
    files: ['src/**/*.{ts,cts}'],
    plugins: { ductile: { rules: { 'no-import-cycles': noImportCycles } } },
    rules: {
      // A kind that is added is named in every place that tells kinds apart: none falls under a `default`.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      'ductile/no-import-cycles': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  ...layerRules,
  {
    files: ['src/index.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            awsSdk,
            { regex: '^\\./(operator|local|nestjs|testing)/', message: 'This is an entry point of its own.' },
          ],
        },
      ],
    },
  },
  {
    files: ['{samples,bench}/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Tests hold on to mocks, wrong input and what the compiler would refuse.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
);
