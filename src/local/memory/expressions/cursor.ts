import { invalid } from '../errors.js';
import type { MemoryDynamoError } from '../errors.js';
import type { ExpressionKind, Operand, Path, Step, Value } from './syntax.js';

interface Token {
  readonly text: string;
  readonly type: 'word' | 'name' | 'value' | 'number' | 'sign' | 'end';
  readonly start: number;
  readonly end: number;
}

const TOKEN = /\s*(?:([A-Za-z]\w*)|(#\w+)|(:\w+)|(\d+)|(<>|<=|>=|\S))/y;
const TYPES = ['word', 'name', 'value', 'number', 'sign'] as const;

/** Reads the text of one expression from left to right, and remembers the names and values that it came by. */
export class Cursor {
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  /** The brackets around a condition or an operand that were closed last, by the positions of their tokens. */
  lastBrackets: { readonly from: number; readonly to: number } | undefined;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(
    readonly kind: ExpressionKind,
    private readonly text: string,
  ) {
    if (text === '') throw invalid(`Invalid ${kind}: The expression can not be empty;`);
    this.#tokens = tokensOf(text);
  }

  get position(): number {
    return this.#at;
  }

  get next(): Token {
    return this.#tokens[this.#at]!;
  }

  /** The token after the next one. */
  get second(): Token {
    return this.#tokens[this.#at + 1] ?? this.next;
  }

  take(): Token {
    return this.#tokens[this.#at++]!;
  }

  /** Whether a sign comes next. */
  sees(sign: string): boolean {
    return this.next.type === 'sign' && this.next.text === sign;
  }

  /** Whether a keyword comes next, in any case. */
  seesWord(word: string): boolean {
    return this.next.type === 'word' && this.next.text.toUpperCase() === word;
  }

  /** Takes the sign where it comes next. */
  skip(sign: string): boolean {
    if (!this.sees(sign)) return false;
    this.#at++;
    return true;
  }

  /** Takes the keyword where it comes next. */
  skipWord(word: string): boolean {
    if (!this.seesWord(word)) return false;
    this.#at++;
    return true;
  }

  expect(sign: string): void {
    if (!this.skip(sign)) throw this.syntaxError();
  }

  expectWord(word: string): void {
    if (!this.skipWord(word)) throw this.syntaxError();
  }

  expectEnd(): void {
    if (this.next.type !== 'end') throw this.syntaxError();
  }

  path(): Path {
    const steps: Step[] = [this.#attribute()];
    for (;;) {
      if (this.skip('.')) steps.push(this.#attribute());
      else if (this.skip('[')) {
        if (this.next.type !== 'number') throw this.syntaxError();
        steps.push(Number(this.take().text));
        this.expect(']');
      } else return { kind: 'path', steps };
    }
  }

  value(): Value {
    if (this.next.type !== 'value') throw this.syntaxError();
    const name = this.take().text;
    this.values.add(name);
    return { kind: 'value', name };
  }

  /** A path or a value. */
  operand(): Exclude<Operand, { kind: 'size' }> {
    return this.next.type === 'value' ? this.value() : this.path();
  }

  fail(message: string): MemoryDynamoError {
    return invalid(`Invalid ${this.kind}: ${message}`);
  }

  syntaxError(): MemoryDynamoError {
    const { type, text } = this.next;
    const from = this.#tokens[this.#at - 1] ?? this.next;
    const to = this.#tokens[this.#at + 1] ?? this.next;
    const near = this.text.slice(from.start, to.end).trim();
    return this.fail(`Syntax error; token: "${type === 'end' ? '<EOF>' : text}", near: "${near}"`);
  }

  #attribute(): string {
    if (this.next.type !== 'word' && this.next.type !== 'name') throw this.syntaxError();
    const name = this.take().text;
    this.names.add(name);
    return name;
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const group = match.slice(1).findIndex((part) => part !== undefined);
    const part = match[group + 1]!;
    tokens.push({ text: part, type: TYPES[group]!, start: pattern.lastIndex - part.length, end: pattern.lastIndex });
  }
  tokens.push({ text: '', type: 'end', start: text.length, end: text.length });
  return tokens;
}
