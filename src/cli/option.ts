import { UsageError } from './errors.js';

/** An option of commands: what it takes, and how its text becomes a value. */
export interface Option<Value = unknown> {
  /** What stands for the value in help; undefined for a flag. */
  readonly takes: string | undefined;
  readonly help: string;
  /** @throws UsageError where the text is not what the option takes */
  read(text: string, name: string): Value;
}

export type Options = Readonly<Record<string, Option>>;

/** The values of options that were given, by name. */
export type ValuesOf<O extends Options> = {
  readonly [Name in keyof O]?: O[Name] extends Option<infer Value> ? Value : never;
};

export const flag = (help: string): Option<true> => ({ takes: undefined, help, read: () => true });

export const text = (takes: string, help: string): Option<string> => ({
  takes,
  help,
  read(given, name) {
    if (given === '') throw new UsageError(`--${name} is empty. Write --${name} ${takes}.`, { option: name });
    return given;
  },
});

/** A number of at least `from`. */
export const number = (takes: string, help: string, from: number): Option<number> => ({
  takes,
  help,
  read(given, name) {
    const value = given.trim() === '' ? NaN : Number(given);
    if (Number.isFinite(value) && value >= from) return value;
    throw wrong(name, given, `is a number from ${from} on`);
  },
});

/** A whole number of at least `from`, and at most `to`. */
export const wholeNumber = (takes: string, help: string, from: number, to = Infinity): Option<number> => ({
  takes,
  help,
  read(given, name) {
    const value = /^\d+$/.test(given) ? Number(given) : NaN;
    if (Number.isSafeInteger(value) && value >= from && value <= to) return value;
    throw wrong(name, given, `is a whole number from ${from} ${to === Infinity ? 'on' : `to ${to}`}`);
  },
});

export const choice = <const Choices extends readonly string[]>(
  choices: Choices,
  help: string,
): Option<Choices[number]> => ({
  takes: choices.join('|'),
  help,
  read(given, name) {
    if (choices.includes(given)) return given;
    throw wrong(name, given, `is one of ${choices.join(', ')}`);
  },
});

/** Something that is written as text of a form, such as `pk,sk`. */
export const written = <Value>(
  takes: string,
  help: string,
  form: { readonly means: string; parse(given: string): Value | undefined },
): Option<Value> => ({
  takes,
  help,
  read(given, name) {
    const value = form.parse(given);
    if (value !== undefined) return value;
    throw wrong(name, given, form.means);
  },
});

function wrong(name: string, given: string, means: string): UsageError {
  return new UsageError(`--${name} ${means}; ${JSON.stringify(given)} is not.`, { option: name });
}
