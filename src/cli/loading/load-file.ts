import { readFileSync, statSync } from 'node:fs';
import * as nodeModule from 'node:module';
import type { LoadHook, ResolveHook } from 'node:module';
import { pathToFileURL } from 'node:url';
import { whileAlive } from '../unsettled.js';
import { formatOf, isTypeScript } from './project.js';
import { requireTypeScript } from './require-typescript.js';
import { importStripped, noCompiler, stripsTypes } from './strip-types.js';
import { type Compiler, compilerOf, transpilerOf } from './transpilers.js';
import * as hooks from './typescript-hooks.js';

type Exports = Readonly<Record<string, unknown>>;

/**
 * What a JavaScript, TypeScript or JSON file exports; JSON by default. The file's own errors pass.
 *
 * TypeScript is compiled as it is imported, with the metadata of decorators, by the compiler that the file's project
 * has. A project without one needs a loader that the process was started with, or a Node that takes types out by itself
 * and a file that has no decorators.
 *
 * @throws SchemaFileError where there is nothing to compile TypeScript with
 */
export async function loadFile(file: string): Promise<Exports> {
  if (statSync(file).isDirectory()) throw new Error('it is a folder. Name a file.');
  if (file.endsWith('.json')) return { default: JSON.parse(readFileSync(file, 'utf8')) as unknown };
  const loaded = await whileAlive(
    () => (isTypeScript(file) ? loadTypeScript(file) : importFile(file)),
    () => new Error('it awaits a promise that never settles.'),
  );
  return namesOf(loaded);
}

async function loadTypeScript(file: string): Promise<unknown> {
  const compiler = compilerOf(file);
  if (compiler === undefined) {
    if (hasLoader()) return importFile(file);
    if (stripsTypes()) return importStripped(file, importFile);
    throw noCompiler(file, 'this Node cannot run by itself');
  }
  process.setSourceMapsEnabled(true);
  if (formatOf(file) === 'commonjs') return requireTypeScript(file, transpilerOf(compiler));
  compileWhatIsImported(compiler);
  return importFile(file);
}

let registered = false;

/** What Node has from 22.15 on: hooks in the thread of what they load, so that other hooks there apply to them too. */
interface HooksInThread {
  readonly registerHooks?: (hooks: { readonly resolve: ResolveHook; readonly load: LoadHook }) => void;
}

function compileWhatIsImported(compiler: Compiler): void {
  if (registered) return;
  registered = true;
  const { registerHooks } = nodeModule as HooksInThread;
  if (registerHooks === undefined) {
    nodeModule.register('./typescript-hooks.js', import.meta.url, { data: compiler });
  } else {
    hooks.compileWith(compiler);
    registerHooks({ resolve: hooks.resolve, load: hooks.load });
  }
}

const importFile = (file: string): Promise<unknown> => import(pathToFileURL(file).href);

/** Whether the process was told to load something before the program: it is what loads TypeScript, or nothing does. */
function hasLoader(): boolean {
  const told = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')];
  return told.some((argument) => /^(--import|--loader|--experimental-loader|--require|-r)\b/.test(argument));
}

/** The names of a module, whether it is one of ES, one of CommonJS that was required, or one that was imported. */
function namesOf(loaded: unknown): Exports {
  const names = isRecord(loaded) ? loaded : { default: loaded };
  const { default: whole } = names;
  // The default of an import of CommonJS is all that it exports; what was compiled to CommonJS says so of itself.
  if (isRecord(whole) && '__esModule' in whole) return { ...whole };
  return '__esModule' in names || isNamespace(loaded) ? names : { default: loaded };
}

const isRecord = (value: unknown): value is Exports => typeof value === 'object' && value !== null;

const isNamespace = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Module]';
