import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as ductile from '../../src/index.js';
import * as local from '../../src/local/index.js';
import * as nestjs from '../../src/nestjs/index.js';
import * as operator from '../../src/operator/index.js';
import * as testing from '../../src/testing/index.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

test('errors.md lists every error that is exported, with its code, and no other', () => {
  const listed = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, name, code]) => `${name} ${code}`);
  expect(listed.sort()).toEqual(exportedErrors());
});

function exportedErrors(): readonly string[] {
  const exported = [ductile, local, operator, nestjs, testing].flatMap((entry) => Object.entries(entry as object));
  return exported
    .filter(([, value]) => isError(value) && value !== ductile.DuctileError)
    .map(([name, value]) => `${name} ${(value as typeof ductile.DuctileError).code}`)
    .sort();
}

function isError(value: unknown): boolean {
  return typeof value === 'function' && value.prototype instanceof Error;
}
