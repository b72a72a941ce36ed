import { transformSync } from '@swc/core';
import ts from 'typescript';

/** What compilers make of one source with decorators: CommonJS, ready to be run. */
export const compilers: Readonly<Record<string, (source: string) => string>> = {
  'tsc, legacy decorators': (source) => tsc(source, { experimentalDecorators: true, emitDecoratorMetadata: true }),
  'tsc, standard decorators': (source) => tsc(source, {}),
  'tsc, standard decorators, ES2020': (source) => tsc(source, { target: ts.ScriptTarget.ES2020 }),
  'swc, legacy decorators': (source) => swc(source, { legacyDecorator: true, decoratorMetadata: true }),
  'swc, standard decorators': (source) => swc(source, { decoratorVersion: '2023-11' }),
};

export const standardCompilers = Object.keys(compilers).filter((name) => name.includes('standard'));

function tsc(source: string, options: ts.CompilerOptions): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, strict: true, ...options };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

function swc(source: string, transform: object): string {
  return transformSync(source, {
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true }, transform },
    module: { type: 'commonjs' },
  }).code;
}

/** Runs a compiled source that imports nothing but 'ductile'. */
export function run(compiled: string, ductile: object): Readonly<Record<string, unknown>> {
  const exported: Record<string, unknown> = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const module = new Function('exports', 'require', compiled) as (exports: object, require: () => object) => void;
  module(exported, () => ductile);
  return exported;
}
