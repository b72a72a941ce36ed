import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { exampleFiles, printedBlocks, type ExampleFile } from './markdown-examples.js';

const root = resolve(import.meta.dirname, '../..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const read = (page: string): string => readFileSync(join(root, page), 'utf8');
const files = pages.flatMap((page) => exampleFiles(page, read(page)));

describe('the examples of README and docs', () => {
  test('compile, all of them, under the settings of this repository', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(problemsIn(files)).toEqual([]);
  });

  test("README's examples run, and print what the page says", () => {
    const examples = exampleFiles('README.md', read('README.md'));
    expect(examples).toHaveLength(2);
    const outputs = examples.map((example) => {
      const { stdout, stderr, status } = run(example);
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      return stdout.trimEnd();
    });
    const [picture, ...printed] = printedBlocks(read('README.md'), 'text').map(({ text }) => text);
    expect(picture).toContain('one item:');
    expect(printed).toEqual(outputs);
  });

  test("the commands of README's migration print what the page says", () => {
    const [example] = exampleFiles('README.md', read('README.md')) as [ExampleFile];
    const blocks = printedBlocks(read('README.md'), 'console').map(({ text }) => text);
    const shown = blocks.find((text) => text.startsWith('$ ductile')) as string;
    const commands = [...shown.matchAll(/^\$ ductile (.+)$/gm)].map(([, words]) => (words as string).split(' '));
    const { stdout, stderr, status } = run({ ...example, lines: [...example.lines, runCommands(commands)] }, [
      'commands',
    ]);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(shown).toBe(stdout.trimEnd());
  });

  test('group no items by a field that has a default: every older item would be in one group', () => {
    const grouped = files.flatMap(({ page, lines }) => {
      const text = lines.join('\n');
      const defaults = [...text.matchAll(/readDefault: [^}]*\}\) (\w+)!?:/g)].map(([, name]) => name as string);
      const groups = [...text.matchAll(/(?:@KeyPath|addKeyPath)\('\/[\w.-]*:(\w+)/g)].map(([, name]) => name as string);
      return groups.filter((name) => defaults.includes(name)).map((name) => `${page}: ${name}`);
    });
    expect(grouped).toEqual([]);
  });

  test('the walk through getting-started.md runs, and prints what the page says', () => {
    const page = 'docs/getting-started.md';
    const [example] = exampleFiles(page, read(page));
    const { stdout, stderr, status } = run(example as ExampleFile);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const printed = printedBlocks(read(page), 'text').map(({ text }) => text);
    expect(printed.join('\n')).toBe(stdout.trimEnd());
  });

  test('the classes of schema.md make sound schemas', () => {
    const [example] = exampleFiles('docs/schema.md', read('docs/schema.md'));
    const { stderr, status } = run(example as ExampleFile);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});

/** What the compiler says about the examples, by page and line. */
function problemsIn(examples: readonly ExampleFile[]): readonly string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (name) => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const byName = new Map(examples.map((example, i) => [join(root, `test/docs/example-${i}.ts`), example]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => byName.has(name) || fileExists(name);
  host.readFile = (name) => textOf(byName.get(name)) ?? readFile(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const text = textOf(byName.get(name));
    if (text === undefined) return getSourceFile(name, languageVersion, ...rest);
    return ts.createSourceFile(name, text, languageVersion);
  };
  const program = ts.createProgram([...byName.keys()], options, host);
  return [...byName].flatMap(([name, example]) => {
    const source = program.getSourceFile(name) as ts.SourceFile;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => {
      const line = source.getLineAndCharacterOfPosition(found.start ?? 0).line;
      const message = ts.flattenDiagnosticMessageText(found.messageText, '\n');
      return `${example.page}:${example.pageLines[line] ?? '?'}: ${message}\n    ${example.lines[line]?.trim()}`;
    });
  });
}

/** The last line makes it a module, whatever it imports. */
const textOf = (example: ExampleFile | undefined): string | undefined =>
  example === undefined ? undefined : `${example.lines.join('\n')}\nexport {};\n`;

/** What an example goes on with that has `local`, an engine with release 1 and its items on it, and `release2`. */
const runCommands = (commands: readonly (readonly string[])[]): string => `
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { printSnapshot, snapshotOf } from 'ductile';
import { run } from '../../src/cli/run.js';

const folder = mkdtempSync('.cache/readme-');
writeFileSync(folder + '/schema.json', printSnapshot(snapshotOf(release2)));
writeFileSync(
  folder + '/ductile.config.json',
  JSON.stringify({ schema: './schema.json', table: 'shop', endpoint: local.endpoint }),
);
try {
  for (const args of ${JSON.stringify(commands)}) {
    console.log('$ ductile ' + args.join(' '));
    const stdout = { write: (text: string): void => void process.stdout.write(text) };
    const silent = { write: (): void => undefined };
    const world = { env: {}, folder, stdout, stderr: silent, signals: new EventEmitter(), clock: () => performance.now() };
    process.exitCode = await run({ ...world, args });
  }
} finally {
  rmSync(folder, { recursive: true });
  await local.stop();
}
`;

function run(
  example: ExampleFile,
  args: readonly string[] = [],
): { stdout: string; stderr: string; status: number | null } {
  const folder = join(root, '.cache/examples');
  const file = join(folder, `${example.page.replace(/\W/g, '-')}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, textOf(example) as string);
  return spawnSync(process.execPath, ['--import', './.ci/typescript.mjs', file, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
}
