import { createRequire } from 'node:module';
import { oneLine } from '../terminal/one-line.js';
import type { ModuleFormat } from './project.js';

/** A compiler of a project, as a thread tells another of it. */
export interface Compiler {
  readonly kind: 'swc' | 'tsc';
  /** The file to require it from. */
  readonly file: string;
}

/** JavaScript for one TypeScript file, with the metadata of decorators. Looks at no other file, and at no settings. */
export type Transpile = (source: string, file: string, format: ModuleFormat) => string;

/** What is used of `@swc/core`. */
interface Swc {
  transformSync(source: string, options: object): { readonly code: string };
}

/** What is used of `typescript` before 7: from then on the compiler is no JavaScript. */
interface Tsc {
  transpileModule(
    source: string,
    options: object,
  ): { readonly outputText: string; readonly diagnostics?: readonly TscDiagnostic[] };
  flattenDiagnosticMessageText(text: TscDiagnostic['messageText'], newLine: string): string;
  readonly ScriptTarget: { readonly ES2022: number };
  readonly ModuleKind: { readonly ES2022: number; readonly CommonJS: number };
}

interface TscDiagnostic {
  readonly messageText: string | object;
  readonly file?: { getLineAndCharacterOfPosition(start: number): { readonly line: number } };
  readonly start?: number;
}

/** The compiler that the project of a file has: swc, else tsc. */
export function compilerOf(file: string): Compiler | undefined {
  const require = createRequire(file);
  const found = (name: string): string | undefined => {
    try {
      return require.resolve(name);
    } catch {
      return undefined; // It is not installed there.
    }
  };
  const swc = found('@swc/core');
  if (swc !== undefined) return { kind: 'swc', file: swc };
  const tsc = found('typescript');
  const isUsable = tsc !== undefined && typeof (require(tsc) as Partial<Tsc>).transpileModule === 'function';
  return isUsable ? { kind: 'tsc', file: tsc } : undefined;
}

export function transpilerOf({ kind, file }: Compiler): Transpile {
  const compiler: unknown = createRequire(file)(file);
  return kind === 'swc' ? bySwc(compiler as Swc) : byTsc(compiler as Tsc);
}

const bySwc =
  ({ transformSync }: Swc): Transpile =>
  (source, filename, format) => {
    try {
      return transformSync(source, swcOptions(filename, format)).code;
    } catch (error) {
      throw swcError(error);
    }
  };

const swcOptions = (filename: string, format: ModuleFormat): object => ({
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
});

/** Of the drawing of the source, and the stack of the compiler, that swc says: what is wrong, and in which line. */
function swcError(error: unknown): unknown {
  const { message } = error as { readonly message?: unknown };
  const drawn = /^\s*[x\u00D7]\s+([^]*?)\n\s*(?:,-|\u256D\u2500)\[(.*:\d+):\d+\]/.exec(String(message));
  if (drawn === null) return error;
  const [, what = '', place = ''] = drawn;
  return new SyntaxError(`${place}: ${oneLine(what.replace(/^\s*[|\u2502]/gm, ''))}`, { cause: error });
}

const byTsc =
  (tsc: Tsc): Transpile =>
  (source, fileName, format) => {
    const { outputText, diagnostics = [] } = tsc.transpileModule(source, {
      fileName,
      reportDiagnostics: true,
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
    });
    // It gives some JavaScript even then, which says something else. What is about no file is about options.
    const first = diagnostics.find(({ file }) => file !== undefined);
    if (first !== undefined) throw tscError(tsc, first, fileName);
    return outputText;
  };

function tscError(tsc: Tsc, { messageText, file, start }: TscDiagnostic, fileName: string): SyntaxError {
  const line =
    file === undefined || start === undefined ? '' : `:${file.getLineAndCharacterOfPosition(start).line + 1}`;
  return new SyntaxError(`${fileName}${line}: ${oneLine(tsc.flattenDiagnosticMessageText(messageText, ' '))}`);
}
