import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transformSync } from '@swc/core';
import { temporaryFolder } from '../support/temporary-folder.js';

type ModuleKind = 'module' | 'commonjs';

/** An application outside of this repository that has the packed package installed, and nothing of its sources. */
interface Consumer {
  readonly folder: string;
  /** Compiles TypeScript as the application's own compiler would, and runs it. Gives what it printed. */
  run(source: string, compiler: 'tsc' | 'swc'): string;
  /** What the TypeScript compiler says against a source under settings of its own; empty where it says nothing. */
  check(source: string, settings: object): string;
}

/** What an application of a user installs beside the package. */
const BESIDE = ['@aws-sdk', '@smithy', '@types', '@dynoxide', 'class-transformer', 'reflect-metadata'];

/** Builds and packs this package, and gives the path of the tarball. */
export function pack(): string {
  for (const script of [
    ['run', 'build'],
    ['exec', '--', 'node', '.ci/pack.mjs'],
  ]) {
    execFileSync('npm', [...script, '--silent'], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return resolve('.cache/ductile.tgz');
}

/** Makes an application in a temporary folder, and installs the tarball there. */
export function consumer(tarball: string, type: ModuleKind): Consumer {
  const folder = temporaryFolder();
  const installed = join(folder, 'node_modules', 'ductile');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const name of BESIDE) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve('node_modules', name), link);
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  return {
    folder,
    run(source, compiler) {
      writeFileSync(join(folder, 'main.ts'), source);
      if (compiler === 'tsc') compileWithTsc(folder);
      else writeFileSync(join(folder, 'main.js'), compileWithSwc(source, type));
      return execFileSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
    },
    check(source, settings) {
      writeFileSync(join(folder, 'main.ts'), source);
      const options = { ...compilerOptions, skipLibCheck: true, outDir: 'checked', ...settings };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }));
      return complaints(folder);
    },
  };
}

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023', 'ESNext.Disposable'],
  module: 'NodeNext',
  types: ['node'],
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: false,
};

function compileWithTsc(folder: string): void {
  const said = complaints(folder);
  if (said !== '') throw new Error(`The application does not compile:\n${said}`);
}

function complaints(folder: string): string {
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  return status === 0 ? '' : stdout;
}

function compileWithSwc(source: string, type: ModuleKind): string {
  return transformSync(source, {
    swcrc: false,
    filename: 'main.ts',
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: type === 'module' ? 'es6' : 'commonjs', ignoreDynamic: true },
  }).code;
}
