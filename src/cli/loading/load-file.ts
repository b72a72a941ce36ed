import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { compileTypeScript } from './typescript.js';

/** What a JavaScript, TypeScript or JSON file exports; JSON by default. The file's own errors pass. */
export async function loadFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (file.endsWith('.json')) return { default: JSON.parse(readFileSync(file, 'utf8')) as unknown };
  if (/\.[cm]?tsx?$/.test(file)) compileTypeScript(file);
  const loaded = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  const { default: whole } = loaded;
  // What a CommonJS file exports is the default of its import; what was compiled to it says so.
  const isCompiled = typeof whole === 'object' && whole !== null && '__esModule' in whole;
  return isCompiled ? { ...(whole as Readonly<Record<string, unknown>>) } : loaded;
}
