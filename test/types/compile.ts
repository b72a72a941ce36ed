import { resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../..');
const { config } = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
  config: { compilerOptions: object };
};
const parsed = new Map<string, ts.SourceFile | undefined>();

export interface Mistake {
  readonly expected: string;
  /** What the compiler says there, whole; empty where it says nothing. */
  readonly said: string;
}

/**
 * Compiles fixtures. The text behind each `@ts-expect-error` is what the compiler is expected to say of the next line;
 * what it says where nothing is expected is in `surprises`.
 */
export function compileFixtures(
  names: readonly string[],
  options: ts.CompilerOptions = {},
): { readonly mistakes: readonly Mistake[]; readonly surprises: readonly string[] } {
  const settings = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, ...options }, ROOT).options;
  const host = ts.createCompilerHost(settings);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => {
    if (!parsed.has(path))
      parsed.set(path, path.includes('/fixtures/') ? withoutSuppression(path) : read(path, ...rest));
    return parsed.get(path);
  };
  const paths = names.map((name) => resolve(import.meta.dirname, 'fixtures', `${name}.ts`));
  const program = ts.createProgram(paths, settings, host);
  const diagnostics = paths.flatMap((path) => {
    const source = program.getSourceFile(path);
    return source === undefined
      ? []
      : [...program.getSemanticDiagnostics(source), ...program.getSyntacticDiagnostics(source)];
  });
  const expectations = paths.flatMap((path) => expectationsIn(program.getSourceFile(path)!));
  const at = (diagnostic: ts.Diagnostic) => placeOf(diagnostic.file!, diagnostic.start!);
  return {
    mistakes: expectations.map(({ place, expected }) => ({
      expected,
      said: diagnostics
        .filter((each) => at(each) === place)
        .map(textOf)
        .join('\n'),
    })),
    surprises: diagnostics
      .filter((each) => !expectations.some(({ place }) => place === at(each)))
      .map((each) => `${at(each)}: ${textOf(each)}`),
  };
}

const EXPECT_ERROR = /@ts-expect-error (.*)/;

/** So that the compiler tells what it would suppress. */
function withoutSuppression(path: string): ts.SourceFile {
  const text = (ts.sys.readFile(path) ?? '').replaceAll('@ts-expect-error', '@expected-error');
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
}

function expectationsIn(source: ts.SourceFile): readonly { readonly place: string; readonly expected: string }[] {
  return source.text.split('\n').flatMap((line, i) => {
    const expected = EXPECT_ERROR.exec(line.replace('@expected-error', '@ts-expect-error'))?.[1];
    return expected === undefined ? [] : [{ place: `${source.fileName}:${i + 2}`, expected }];
  });
}

function placeOf(source: ts.SourceFile, start: number): string {
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(start).line + 1}`;
}

function textOf(diagnostic: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
}
