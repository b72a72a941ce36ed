import { execFileSync, execSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const FOLDER = 'samples/lambda-backfill';
const BIN = resolve('node_modules/.bin');

const [command = ''] = /^npx esbuild (?:.*\\\n)*.*$/m.exec(readFileSync(`${FOLDER}/README.md`, 'utf8')) ?? [];

let deploy: string;
beforeEach(() => {
  deploy = mkdtempSync(join(tmpdir(), 'ductile-bundle-'));
});
afterEach(() => rmSync(deploy, { recursive: true }));

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
