import type { Contender } from './contender.js';
import * as bare from './document-client.js';
import * as ductile from './ductile.js';

/** What is compared, the mark that we set ourselves, and how often the operation runs in one round. */
export interface Comparison {
  readonly operation: string;
  readonly contender: Contender;
  readonly baseline: Contender;
  /** The largest ratio that is good enough; undefined where the two do not do the same. */
  readonly target?: number;
  readonly runs: number;
}

export const comparisons: readonly Comparison[] = [
  { operation: 'put', contender: ductile.saveOnePath, baseline: bare.put, target: 1.1, runs: 100 },
  { operation: 'get', contender: ductile.get, baseline: bare.get, target: 1.0, runs: 100 },
  { operation: 'query of 100', contender: ductile.query, baseline: bare.query, target: 1.0, runs: 10 },
  {
    operation: 'put, two key paths',
    contender: ductile.saveTwoPaths,
    baseline: bare.transactTwoPuts,
    target: 1.1,
    runs: 100,
  },
  { operation: 'insert', contender: ductile.insert, baseline: bare.transactPutAndCheck, runs: 100 },
  { operation: 'insert', contender: ductile.insert, baseline: bare.put, runs: 100 },
];
