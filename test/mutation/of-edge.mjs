import { of } from './of.mjs';

const doubt = ['test/dynamo/doubt'];
const retries = ['test/dynamo/retries'];
const time = ['test/dynamo/time'];

/** What is sent, how often, and what its answers mean. */
export const ofEdge = [
  ...of('src/dynamo/write-watch.ts', doubt, {
    'what is signed too late is not sent': ['date - guard.asOf > guard.maxAge', 'false'],
    'what has no date is not sent under a guard': [
      'date === undefined || date - guard',
      'date !== undefined && date - guard',
    ],
    'a write that was held back is told apart': ['this.stale = true;', ''],
    'a token is not sent again after it is forgotten': [
      "if (this.#isTooLate(date)) throw new EndOfWrite('Too late to send the same content again.', this.#lost);",
      '',
    ],
    'signatures tell how late it is': [
      'Math.max(bySignature, Date.now() - this.#firstLost.clock)',
      'Date.now() - this.#firstLost.clock',
    ],
    'the clock tells how late it is': ['Math.max(bySignature, Date.now() - this.#firstLost.clock)', 'bySignature'],
    'it is late after the first attempt without an answer': [
      'this.#firstLost ??= this.#attempt;',
      'this.#firstLost = this.#attempt;',
    ],
    'a definite answer is told apart from none': ['this.unanswered = false;', ''],
    'an attempt without an answer leaves the doubt': [
      'this.doubtful = this.unanswered = true;',
      'this.unanswered = true;',
    ],
    'the last attempt without an answer leaves all open': [
      'this.doubtful = this.unanswered = true;',
      'this.doubtful = true;',
    ],
    'what is to be sent once is not sent again': ['if (this.#options.once === true) throw', 'if (false) throw'],
  }),
  ...of('src/dynamo/gateway.ts', doubt, {
    'nothing was written by what was never sent': ["if (stale && !doubtful) return { kind: 'stale' };", ''],
    'what is held back after a lost attempt is unknown': ['if (stale && !doubtful) return', 'if (stale) return'],
    'a write without an answer is unknown': ['if (stale || unanswered) return', 'if (stale) return'],
    'a refusal after a lost answer is told as doubtful': [
      'refusals: verdict.refusals, doubtful }',
      'refusals: verdict.refusals, doubtful: false }',
    ],
    'an error after a lost answer is unknown': ['if (doubtful) return unknown;', ''],
    'a write that would do better otherwise is not sent again': [
      'if (!watch.doubtful && options.outdated?.() === true) return',
      'if (false) return',
      ...retries,
    ],
    'what is in doubt is sent again as it is': [
      'if (!watch.doubtful && options.outdated?.() === true) return',
      'if (options.outdated?.() === true) return',
      'test/dynamo/doubt › whatever would do better',
    ],
    'a write that meets a transaction is sent again': [
      "if (verdict.kind === 'retry' && !last) return 'again';",
      '',
      ...retries,
    ],
    'what was refused until the end is a refusal': [
      " || (verdict.kind === 'retry' && verdict.refusals.length > 0)) {",
      ') {',
      ...retries,
    ],
    'a transaction keeps its token': [
      'ClientRequestToken: token }',
      'get ClientRequestToken() { return token + Math.random().toString(36).slice(2, 8); } }',
      ...retries,
      ...doubt,
    ],
    'a page is as old as its request or its answer': [
      'asOf: Math.min(signed, date)',
      'asOf: Math.max(signed, date)',
      ...time,
    ],
    'a page without dates has no age': ['signed === undefined || date === undefined', 'signed === undefined', ...time],
    'reads are consistent': ['options.consistent ?? true', 'options.consistent ?? false', 'test/dynamo/gateway'],
    'queries are consistent': ['request.consistent ?? true', 'request.consistent ?? false', 'test/dynamo/gateway'],
    'scans are consistent': [
      'ConsistentRead: true,\n      ...(segment',
      'ConsistentRead: false,\n      ...(segment',
      'test/dynamo/gateway',
    ],
    'a refusal says which row is there': ["'ALL_OLD' as const", "'NONE' as const", 'test/dynamo/gateway › a refused'],
    'what is too large is not sent': [
      'assertWithinLimits(this.table, actions, (key) => keyAttributeMap(this.keys, key));',
      '',
      'test/dynamo/gateway › limits',
    ],
  }),
  ...of('src/dynamo/server-clock.ts', time, {
    'the server’s time never goes back': ['this.#known === undefined || heard.date > this.#known.date', 'true'],
    'one wrong date does not carry the server’s time away': [
      'return heard.date - known.date <= passed(known, heard) + AGREE_MILLISECONDS;',
      'return passed(known, heard) > -1;',
    ],
    'nor does the first one': ['date <= came.wall + AGREE_MILLISECONDS', 'true'],
    'a date is of any moment since its request was sent': ['= ({ sent }: Heard,', '= ({ came: sent }: Heard,'],
    'a date on which two answers agree is believed': ['(last !== undefined && agree(last, heard))', 'false'],
    'two answers agree also where time passed between them': [
      'between <= passed(one, next) + AGREE',
      'between <= AGREE',
    ],
    'an answer as expected contradicts the one before': ['this.#ahead = undefined;\n    if', 'if'],
  }),
  ...of('src/dynamo/write-errors.ts', retries, {
    'a transaction in the way is no refusal': [
      "if (codes.has('TransactionConflict')) return { kind: 'retry', refusals, exhausted: conflict(error, table, what) };",
      '',
    ],
    'a plain write waits for a transaction': ["case 'TransactionConflictException':\n", ''],
    'a transaction that is still under way is waited for': ["case 'TransactionInProgressException':\n", ''],
    'a reason None proves nothing': ["reason.Code === 'ConditionalCheckFailed' ? [{", 'reason.Code !== undefined ? [{'],
    'a reason None does not make a refusal certain': [
      "if (codes.has('ThrottlingError') || codes.has('ProvisionedThroughputExceeded')) {",
      'if (false) {',
      ...retries,
      ...doubt,
    ],
    'a throttle is waited out': ["case 'ProvisionedThroughputExceededException':\n", '', ...doubt],
    'a timeout of a proxy proves nothing': [' && status !== 408', '', ...doubt],
    'a server’s fault proves nothing': ['status < 500 &&', 'status < 600 &&', ...doubt],
    'a good answer that cannot be read proves nothing': ['status >= 300 && status', 'status', ...doubt],
  }),
  ...of('src/dynamo/answers.ts', ['test/dynamo/answers'], {
    'an empty body is no answer': [
      "if (text.trim() === '') throw new NoAnswer('its body is empty');",
      "if (text.trim() === '') return {};",
    ],
    'another service’s body is no answer': ['if (!isWhole || isForeign)', 'if (!isWhole)'],
    'a list without rows is no answer': ['if (!isWhole || isForeign)', 'if (isForeign)'],
  }),
  ...of('src/dynamo/network-errors.ts', ['test/dynamo/network'], {
    'of several addresses all were not reached': ['errors.every((each)', 'errors.some((each)'],
    'a connection that timed out was never made': ['    NO_CONNECTION.test(String(message)) ||\n', ''],
  }),
  ...of('src/dynamo/trace.ts', doubt, {
    'an attempt without an answer is lost when the next one goes': [
      'if (this.#open) this.lost(new Error(`DynamoDB answered with ${this.#answer}.`));',
      '',
    ],
    'an answer that is none is a lost one': ['return trace.unanswered(error);', 'throw error;', 'test/dynamo/answers'],
    'what was ended stays ended': ['if (this.#ended !== undefined) throw this.#ended.error;', ''],
    'what was never sent is not lost': ['if (wasNeverSent(error)) this.#open = false;', ''],
    'a definite answer ends an attempt': [
      'if (isDefiniteStatus(statusCode)) this.#open = false;',
      'if (false) this.#open = false;',
    ],
  }),
];
