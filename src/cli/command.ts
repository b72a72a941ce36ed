import type { PublishableSchema } from '../registry/past.js';
import type { DynamoClient } from '../dynamo/client.js';
import type { KeyAttributes } from '../table/gateway.js';
import type { ExitCode } from './exit-code.js';
import type { Options, ValuesOf } from './option.js';
import type { Reporter } from './terminal/reporter.js';

/** Where a command works. */
export interface Place {
  readonly table: string;
  readonly client: DynamoClient;
  readonly keys?: KeyAttributes;
}

/** Where its table is, as its requests found it. */
export interface Where {
  readonly table: string;
  readonly region: string;
  readonly endpoint: string;
  readonly account?: string;
}

/** By which schema a command works. */
export interface Sources {
  /** @throws UsageError, SchemaFileError where there is no schema to be had */
  schema(): Promise<PublishableSchema>;
  /** The same where options or the configuration name one. @throws SchemaFileError */
  namedSchema(): Promise<PublishableSchema | undefined>;
  /** True where it is options that name a schema, and not the configuration alone. */
  readonly namesSchema: boolean;
  /** Whether options or the configuration name one. */
  hasSources(): Promise<boolean>;
}

/** What a command works with. */
export interface Context extends Sources {
  /** @throws UsageError where no table was named */
  place(): Promise<Place>;
  /** Undefined before the table was asked for anything. */
  readonly where: Where | undefined;
  /** True once the table's endpoint has answered. */
  readonly wasReached: boolean;
  /** How many rows the table has, about, where that is known. */
  readonly rowsOfTable: number | undefined;
  /** In milliseconds; only differences count. */
  readonly clock: () => number;
  /**
   * Has a person confirm what cannot be taken back; not with `--yes`.
   *
   * @throws NotConfirmedError
   */
  confirm(what: string): Promise<void>;
  readonly reporter: Reporter;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** The folder that relative paths begin at. */
  readonly folder: string;
  /** Another command, with those options of this one that say where the table is. */
  commandLine(words: string, ...more: readonly string[]): string;
  /** This command once more. */
  readonly sameCommand: string;
  /** What a dry run was about: this command without `--dry-run`. */
  readonly realCommand: string;
  /** Writes what there is to say so far, for a command that goes on until it is stopped. */
  print(shown: Pick<Outcome, 'text' | 'json'>): void;
  /** Writes text as it is. */
  write(text: string): void;
  readonly json: boolean;
  /** Whether standard output is a terminal, and how large it is now. */
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined;
}

/** What a command came to. */
export interface Outcome {
  /** For people, without a newline at the end. */
  readonly text: string;
  /** The same for programs. */
  readonly json: object;
  /** The command that comes next, as a whole line. */
  readonly next?: string | undefined;
  /** What to know before it is run: few words. */
  readonly caution?: string | undefined;
  readonly exit?: ExitCode;
  /** What it was refused with, where that is known to be followed by `next`: told in the place of `text` and `json`. */
  readonly refusal?: unknown;
}

/** An argument without a name. */
export interface Positional {
  readonly name: string;
  readonly help: string;
  readonly optional?: true;
}

export interface CommandSpec<O extends Options> {
  /** One word or two: `backfill run`. */
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** More, for its own help. */
  readonly about?: string;
  readonly positionals?: readonly Positional[];
  readonly options: O;
  /** Whether it goes on until Ctrl-C: that is its end then, and no interruption. */
  endless?(values: ValuesOf<O>): boolean;
  /** Whether it changes nothing, whatever it sends. Unless said: where it has no `--dry-run`, or it was given. */
  onlyReads?(values: ValuesOf<O>): boolean;
}

/** What a command does. Resolves to nothing where all is said already. */
export type Action<O extends Options> = (
  context: Context,
  values: ValuesOf<O>,
  positionals: readonly string[],
) => Promise<Outcome | undefined>;

/** What the command of a specification does. */
export type ActionOf<Spec> = Spec extends CommandSpec<infer O> ? Action<O> : never;

type Values = Readonly<Record<string, unknown>>;

/** A command, whatever its options. */
export interface Command extends Omit<CommandSpec<Options>, 'endless' | 'onlyReads'> {
  isEndless(values: Values): boolean;
  onlyReads(values: Values): boolean;
  /** Whether it passes over the table, and goes on where it was stopped. */
  resumes(values: Values): boolean;
  run(context: Context, values: Values, positionals: readonly string[]): Promise<Outcome | undefined>;
}

/** What is said of a command, with the types of its options. */
export const spec = <const O extends Options>(said: CommandSpec<O>): CommandSpec<O> => said;

/**
 * The one place where the types of a command's values are forgotten: the parser has read each by its own option.
 *
 * @param load loads what it does, with all that it needs for it, once it is to run: help is printed without
 */
export function command<O extends Options>(said: CommandSpec<O>, load: () => Promise<Action<O>>): Command {
  return {
    ...said,
    isEndless: (values) => said.endless?.(values as ValuesOf<O>) ?? false,
    onlyReads: (values) =>
      !('dry-run' in said.options) || values['dry-run'] === true || said.onlyReads?.(values as ValuesOf<O>) === true,
    resumes: (values) => 'time-limit' in said.options && values['dry-run'] !== true,
    run: async (context, values, positionals) => (await load())(context, values as ValuesOf<O>, positionals),
  };
}
