import { execFileSync, execSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/temporary-folder.js';

const FOLDER = 'samples/lambda-backfill';
const BIN = resolve('node_modules/.bin');

const [command = ''] = /^npx esbuild (?:.*\\\n)*.*$/m.exec(readFileSync(`${FOLDER}/README.md`, 'utf8')) ?? [];

let deploy: string;
beforeEach(() => {
  deploy = temporaryFolder();
});

describe("the README's command that makes the bundle", () => {
  it("takes the SDK's ES modules: what is CommonJS in an ES module cannot require what is Node's own", () => {
    expect(command).toContain(' --format=esm ');
    expect(command).toContain(' --main-fields=module,main ');
  });

  it('makes one that loads, and has the handler', () => {
    const env = { ...process.env, PATH: `${BIN}:${process.env['PATH']}`, TABLE_NAME: 'shop', AWS_REGION: 'us-east-1' };
    const line = command.replace('npx ', '').replace('deploy/', `${deploy}/`);
    execSync(line, { cwd: FOLDER, env, stdio: 'pipe' });
    copyFileSync(`${FOLDER}/schema.json`, join(deploy, 'schema.json'));
    // From a file: in `node --eval` there is a require, which Lambda has not.
    writeFileSync(
      join(deploy, 'load.mjs'),
      "import { handler } from './handler.mjs';\nprocess.stdout.write(typeof handler);\n",
    );
    expect(execFileSync(process.execPath, ['load.mjs'], { cwd: deploy, env, encoding: 'utf8' })).toBe('function');
  });
});
