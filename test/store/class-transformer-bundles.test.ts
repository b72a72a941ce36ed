import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/temporary-folder.js';

/* A bundle may hold class-transformer as CommonJS or as ES modules, each of which has a record of its own. */

const source = `
import { Exclude } from 'class-transformer';
import { inputFor } from './src/store/input-rules.js';
class Address {}
Exclude({ toClassOnly: true })(Address.prototype, 'checkedBy');
process.stdout.write(JSON.stringify(inputFor(Address, { city: 'Rome', checkedBy: 'me' })));
`;

it.each([[['main']], [['module', 'main']]])(
  'decorators about input hold in a bundle by main fields %j',
  (mainFields) => {
    const outfile = join(temporaryFolder(), 'bundle.cjs');
    buildSync({
      stdin: { contents: source, resolveDir: resolve('.'), loader: 'ts' },
      bundle: true,
      platform: 'node',
      mainFields,
      outfile,
    });
    expect(execFileSync(process.execPath, [outfile], { encoding: 'utf8' })).toBe('[["city","Rome"]]');
  },
);
