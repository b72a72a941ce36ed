import { inspect } from 'node:util';
import type { KeyPathReference } from '../keypaths/tagged.js';
import { isError } from '../fields/kinds.js';

/** One call of a fleet's history. */
export interface FleetCall {
  /** Which of the functions of `together` made it, from 1 on; absent where it was made alone. */
  readonly caller?: number;
  /** The version that made it; absent for what the fleet itself did. */
  readonly version?: number;
  /** `Order.update`, `publishNext`. */
  readonly call: string;
  /** What it was about: the key of an item, a key path with its parameters. */
  readonly about: string;
  /** `done`, `found`, `2 items`, or the code of an error. */
  readonly outcome: string;
}

/** How many calls a message shows: the last ones. */
const SHOWN = 100;

const UNDER_WAY = 'under way';

/** Every call of a fleet, in the order in which they began. */
export class CallLog {
  readonly calls: FleetCall[] = [];

  constructor(private readonly caller: () => number | undefined) {}

  /** Writes a call down as it begins; gives what to call with its outcome. */
  begin(call: Omit<FleetCall, 'caller' | 'outcome'>): (outcome: string) => void {
    const caller = this.caller();
    const place = this.calls.length;
    const ends = (outcome: string): void => {
      this.calls[place] = { ...(caller === undefined ? {} : { caller }), ...call, outcome };
    };
    ends(UNDER_WAY);
    return ends;
  }

  /** Carries a call out and writes it down. */
  async record<T>(
    call: Omit<FleetCall, 'caller' | 'outcome'>,
    work: () => Promise<T>,
    said: (result: T) => string,
  ): Promise<T> {
    const ends = this.begin(call);
    try {
      const result = await work();
      ends(said(result));
      return result;
    } catch (error) {
      ends(codeOf(error));
      throw error;
    }
  }

  /** The first call that has not ended, as a line; undefined where all have. */
  underWay(): string | undefined {
    const call = this.calls.find(({ outcome }) => outcome === UNDER_WAY);
    return call === undefined ? undefined : line(call);
  }

  print(): string {
    const from = Math.max(0, this.calls.length - SHOWN);
    const lines = this.calls.slice(from).map((call, i) => `  ${String(from + i + 1).padStart(3)}. ${line(call)}`);
    return [...(from > 0 ? [`  … ${from} calls before these`] : []), ...lines].join('\n');
  }
}

function line({ caller, version, call, about, outcome }: FleetCall): string {
  const by = `${caller === undefined ? '' : `(${caller}) `}${version === undefined ? '' : `version ${version}: `}`;
  return `${by}${call}${about === '' ? '' : ` ${about}`} → ${outcome}`;
}

/** The code of an error, or its name. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (typeof code === 'string') return code;
  return isError(error) ? error.name : String(error);
}

/** A value on one line, as people write it. */
export const inLine = (value: unknown): string => inspect(value, { breakLength: Infinity, depth: 3 });

/** A path with its parameters, or a reference, as it was given. */
export function pathInLine(path: string | KeyPathReference, rest: readonly unknown[]): string {
  if (typeof path === 'string') return `${path} ${inLine(rest[0])}`;
  return path.literals.reduce((text, literal, i) => `${text}${inLine(path.values[i - 1])}${literal}`);
}
