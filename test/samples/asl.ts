/*
 * What of the Amazon States Language the samples use, walked through as Step Functions does. Whatever else stands in a
 * definition is refused, so that a field that is misspelt, or that this would pass over, fails a test.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Machine extends States {
  readonly Comment?: string;
}

type Template = Json;

interface Common {
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: boolean;
}

interface Rule {
  readonly Variable?: string;
  readonly BooleanEquals?: boolean;
  readonly StringEquals?: string;
  readonly IsPresent?: boolean;
  readonly And?: readonly Rule[];
  readonly Next?: string;
}

type State =
  | (Common & {
      readonly Type: 'Task';
      readonly Resource: string;
      readonly Parameters: Template;
      readonly ResultPath?: string;
      readonly OutputPath?: string;
      readonly TimeoutSeconds?: number;
      readonly Retry?: readonly {
        readonly ErrorEquals: readonly string[];
        readonly MaxAttempts: number;
      }[];
      readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
    })
  | (Common & {
      readonly Type: 'Map';
      readonly ItemsPath: string;
      readonly ItemSelector: Template;
      readonly ItemProcessor: States & { readonly ProcessorConfig: { readonly Mode: string } };
      readonly ResultSelector: Template;
      readonly ResultPath?: string;
    })
  | (Common & { readonly Type: 'Choice'; readonly Choices: readonly Rule[]; readonly Default: string })
  | (Common & { readonly Type: 'Wait'; readonly SecondsPath: string })
  | (Common & {
      readonly Type: 'Pass';
      readonly Result?: Json;
      readonly Parameters?: Template;
      readonly ResultPath?: string;
    })
  | (Common & { readonly Type: 'Succeed' })
  | (Common & {
      readonly Type: 'Fail';
      readonly Error?: string;
      readonly ErrorPath?: string;
      readonly Cause?: string;
      readonly CausePath?: string;
    });

/** The world of an execution. */
export interface Services {
  /** Calls a Lambda function: what it throws is the function's error, or that of the service. */
  invoke(functionName: string, payload: Json): Promise<Json>;
  wait(seconds: number): Promise<void>;
}

export type Execution = { /** The names of the states, in their order. */ readonly path: readonly string[] } & (
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string }
);

const MOST_STATES = 1_000;

/** @throws Error where the definition is not sound, or has what is not known here */
export async function execute(machine: Machine, input: Json, services: Services): Promise<Execution> {
  assertSound(machine);
  return walk(machine, input, services);
}

async function walk(states: States, input: Json, services: Services): Promise<Execution> {
  const path: string[] = [];
  let name = states.StartAt;
  let data = input;
  for (;;) {
    if (path.push(name) > MOST_STATES)
      throw new Error(`no end after ${MOST_STATES} states: … ${path.slice(-9).join()}`);
    const state = states.States[name]!;
    if (state.Type === 'Succeed') return { status: 'SUCCEEDED', output: data, path };
    if (state.Type === 'Fail') {
      const error = state.Error ?? textAt(state.ErrorPath!, data);
      return { status: 'FAILED', error, cause: state.Cause ?? textAt(state.CausePath!, data), path };
    }
    const step = await stepOf(state, data, services);
    if ('error' in step) return { status: 'FAILED', ...step, path };
    data = step.data;
    if (step.next === undefined) return { status: 'SUCCEEDED', output: data, path };
    name = step.next;
  }
}

type Step =
  { readonly data: Json; readonly next: string | undefined } | { readonly error: string; readonly cause: string };

async function stepOf(
  state: Exclude<State, { readonly Type: 'Succeed' | 'Fail' }>,
  data: Json,
  services: Services,
): Promise<Step> {
  switch (state.Type) {
    case 'Task':
      return task(state, data, services);
    case 'Map':
      return map(state, data, services);
    case 'Choice':
      return { data, next: state.Choices.find((rule) => holds(rule, data))?.Next ?? state.Default };
    case 'Wait': {
      const seconds = one(state.SecondsPath, data);
      if (!Number.isSafeInteger(seconds) || (seconds as number) < 1)
        throw new Error(`cannot wait ${JSON.stringify(seconds)} s`);
      await services.wait(seconds as number);
      return { data, next: state.Next };
    }
    case 'Pass': {
      const result = state.Result ?? (state.Parameters === undefined ? data : filled(state.Parameters, data));
      return { data: put(state.ResultPath, data, result), next: state.Next };
    }
  }
}

async function task(state: State & { readonly Type: 'Task' }, data: Json, services: Services): Promise<Step> {
  const { FunctionName: functionName, Payload: payload } = filled(state.Parameters, data) as {
    FunctionName: string;
    Payload: Json;
  };
  const attempts = new Map<object, number>();
  for (;;) {
    try {
      const answer = { StatusCode: 200, Payload: copy(await services.invoke(functionName, copy(payload))) };
      const output = put(state.ResultPath, data, answer);
      return { data: state.OutputPath === undefined ? output : one(state.OutputPath, output), next: state.Next };
    } catch (thrown) {
      const error = thrown as Error;
      const matches = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }): boolean =>
        ErrorEquals.includes(error.name) || ErrorEquals.includes('States.ALL');
      const retrier = state.Retry?.find(matches);
      const made = retrier === undefined ? Infinity : (attempts.get(retrier) ?? 0);
      if (retrier !== undefined && made < retrier.MaxAttempts) {
        attempts.set(retrier, made + 1);
        continue;
      }
      const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message });
      const catcher = state.Catch?.find(matches);
      if (catcher === undefined) return { error: error.name, cause };
      return { data: { Error: error.name, Cause: cause }, next: catcher.Next };
    }
  }
}

async function map(state: State & { readonly Type: 'Map' }, data: Json, services: Services): Promise<Step> {
  const items = one(state.ItemsPath, data) as readonly Json[];
  const children = items.map(() => walk(state.ItemProcessor, copy(filled(state.ItemSelector, data)), services));
  const ended = await Promise.all(children);
  // Of a child that fails, the execution is told no more than that.
  if (ended.some(({ status }) => status === 'FAILED')) {
    const cause = 'The specified tolerated failure threshold was exceeded';
    return { error: 'States.ExceedToleratedFailureThreshold', cause };
  }
  const outputs = ended.map((child) => (child as { readonly output: Json }).output);
  return { data: put(state.ResultPath, data, filled(state.ResultSelector, outputs)), next: state.Next };
}

function holds(rule: Rule, data: Json): boolean {
  if (rule.And !== undefined) return rule.And.every((each) => holds(each, data));
  const found = select(rule.Variable!, data);
  if (rule.IsPresent !== undefined) return found.length > 0 === rule.IsPresent;
  return one(rule.Variable!, data) === (rule.BooleanEquals ?? rule.StringEquals);
}

/** A payload template: what a name with `.$` says is a path, or an intrinsic function. */
function filled(template: Template, data: Json): Json {
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((each: Json) => filled(each, data));
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') ? [name.slice(0, -2), worth(value as string, data)] : [name, filled(value, data)],
    ),
  );
}

function worth(expression: string, data: Json): Json {
  const call = /^States\.(\w+)\((.*)\)$/.exec(expression);
  if (call === null) return one(expression, data);
  const args = call[2]!.split(', ').map((arg) => (arg.startsWith('$') ? one(arg, data) : (JSON.parse(arg) as Json)));
  if (call[1] === 'Array') return args;
  if (call[1] === 'ArrayContains') return (args[0] as readonly Json[]).includes(args[1]!);
  throw new Error(`${expression} is not known here`);
}

/** A path with `[*]` gives a list, whatever it meets; any other must lead to something. */
function one(path: string, data: Json): Json {
  const found = select(path, data);
  if (path.includes('[*]')) return found;
  if (found.length === 0) throw new Error(`States.Runtime: ${path} leads nowhere in ${JSON.stringify(data)}`);
  return found[0]!;
}

function textAt(path: string, data: Json): string {
  const text = one(path, data);
  if (typeof text !== 'string') throw new Error(`States.Runtime: ${path} is no text`);
  return text;
}

function select(path: string, data: Json): readonly Json[] {
  let found: readonly Json[] = [data];
  for (const part of partsOf(path)) found = found.flatMap((each) => children(each, part));
  return found;
}

function children(value: Json, part: string | number): readonly Json[] {
  if (part === '*') return Array.isArray(value) ? (value as readonly Json[]) : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return [];
  return [(value as Readonly<Record<string | number, Json>>)[part]!];
}

function partsOf(path: string): readonly (string | number)[] {
  if (!/^\$(\.\w+|\[(\d+|\*)\])*$/.test(path)) throw new Error(`the path ${path} is not known here`);
  return [...path.matchAll(/\.(\w+)|\[(\d+)\]|\[\*\]/g)].map(([, name, index]) =>
    index === undefined ? (name ?? '*') : Number(index),
  );
}

/** `ResultPath`: where the result goes; in the place of all there is where it is absent. */
function put(path: string | undefined, data: Json, result: Json): Json {
  if (path === undefined) return result;
  const [name, ...more] = partsOf(path);
  if (typeof name !== 'string' || more.length > 0) throw new Error(`ResultPath ${path} is not known here`);
  return { ...(data as object), [name]: result };
}

/** Nothing but JSON passes between a state machine and a function. */
const copy = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

const COMMON = ['Type', 'Comment'];
const RETRY = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'JitterStrategy'];
const FIELDS: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: ['Resource', 'Parameters', 'ResultPath', 'OutputPath', 'TimeoutSeconds', 'Retry', 'Catch', 'Next', 'End'],
  Map: ['ItemsPath', 'ItemSelector', 'ItemProcessor', 'ResultSelector', 'ResultPath', 'Next', 'End'],
  Choice: ['Choices', 'Default'],
  Wait: ['SecondsPath', 'Next', 'End'],
  Pass: ['Result', 'Parameters', 'ResultPath', 'Next', 'End'],
  Succeed: [],
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
};
const RULE = ['Variable', 'BooleanEquals', 'StringEquals', 'IsPresent', 'And', 'Next'];

/** Every field is known, every name is there once, and every state is reached and leads on. */
function assertSound(machine: Machine): void {
  assertKnown('the machine', machine, ['Comment', 'StartAt', 'States']);
  const names: string[] = [];
  assertStates(machine, names);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`there are two states called ${twice}`);
}

function assertStates({ StartAt, States: states }: States, names: string[]): void {
  names.push(...Object.keys(states));
  const reached = new Set([StartAt]);
  for (const [name, state] of Object.entries(states)) {
    assertState(name, state);
    if (state.Type === 'Map') {
      const { ProcessorConfig: config, ...inner } = state.ItemProcessor;
      assertKnown(`${name}: ItemProcessor`, inner, ['StartAt', 'States']);
      assertKnown(`${name}: ProcessorConfig`, config, ['Mode', 'ExecutionType']);
      assertStates(inner, names);
    }
    for (const next of nextOf(state)) reached.add(next);
  }
  for (const name of reached) if (!(name in states)) throw new Error(`there is no state ${name}`);
  for (const name of Object.keys(states)) if (!reached.has(name)) throw new Error(`nothing leads to ${name}`);
}

function assertState(name: string, state: State): void {
  const known = FIELDS[state.Type] as readonly string[] | undefined;
  if (known === undefined) throw new Error(`${name} is of the type ${state.Type}, which is not known here`);
  assertKnown(name, state, [...COMMON, ...known]);
  const goesOn = (state.Next === undefined ? 0 : 1) + (state.End === true ? 1 : 0);
  if (known.includes('Next') && goesOn !== 1) throw new Error(`${name} has not one of Next and End`);
  if (state.Type === 'Task') {
    if (state.Resource !== 'arn:aws:states:::lambda:invoke') throw new Error(`${state.Resource} is not known here`);
    for (const retrier of state.Retry ?? []) assertKnown(`${name}: Retry`, retrier, RETRY);
    for (const catcher of state.Catch ?? []) assertKnown(`${name}: Catch`, catcher, ['ErrorEquals', 'Next']);
  }
  if (state.Type === 'Choice') {
    for (const rule of state.Choices.flatMap((each) => [each, ...(each.And ?? [])]))
      assertKnown(`${name}: a rule`, rule, RULE);
  }
}

function assertKnown(where: string, object: object, known: readonly string[]): void {
  const unknown = Object.keys(object).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${where} has ${unknown.join()}, which is not known here`);
}

function nextOf(state: State): readonly string[] {
  const all = [state.Next];
  if (state.Type === 'Task') all.push(...(state.Catch ?? []).map(({ Next }) => Next));
  if (state.Type === 'Choice') all.push(state.Default, ...state.Choices.map(({ Next }) => Next));
  return all.filter((next) => next !== undefined);
}
