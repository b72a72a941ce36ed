import type { Compiler } from './typescript.js';

/** JavaScript for one TypeScript file, with the metadata of decorators. Looks at no other file, and at no settings. */
export type Transpile = (source: string, file: string, format: 'module' | 'commonjs') => string;

/** What is used of `@swc/core`. */
interface Swc {
  transformSync(source: string, options: object): { readonly code: string };
}

/** What is used of `typescript` before 7. */
interface Tsc {
  transpileModule(source: string, options: object): { readonly outputText: string };
  readonly ScriptTarget: { readonly ES2022: number };
  readonly ModuleKind: { readonly ES2022: number; readonly CommonJS: number };
}

export async function transpilerOf({ kind, url }: Compiler): Promise<Transpile> {
  const loaded = (await import(url)) as { readonly default?: unknown };
  const compiler = loaded.default ?? loaded;
  return kind === 'swc' ? bySwc(compiler as Swc) : byTsc(compiler as Tsc);
}

const bySwc =
  ({ transformSync }: Swc): Transpile =>
  (source, filename, format) =>
    transformSync(source, {
      filename,
      swcrc: false,
      configFile: false,
      sourceMaps: 'inline',
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true, tsx: filename.endsWith('x') },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
      },
      module: { type: format === 'module' ? 'es6' : 'commonjs' },
    }).code;

const byTsc =
  (tsc: Tsc): Transpile =>
  (source, fileName, format) =>
    tsc.transpileModule(source, {
      fileName,
      compilerOptions: {
        target: tsc.ScriptTarget.ES2022,
        module: format === 'module' ? tsc.ModuleKind.ES2022 : tsc.ModuleKind.CommonJS,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        useDefineForClassFields: true,
        esModuleInterop: true,
        inlineSourceMap: true,
        inlineSources: true,
      },
    }).outputText;
