import { describe, expect, it } from '@jest/globals';
import * as ductile from '../../src/index.js';
import type { EntityClass } from '../../src/decorators/declared.js';
import { hasInitialiser } from '../../src/views/initialiser.js';
import { compilers, run } from '../decorators/compilers.js';

const source = `
import { Field } from 'ductile';
class Base {
  @Field('string') inherited = 'x';
}
export class Order extends Base {
  @Field('string') plain!: string;
  @Field({ type: 'string', required: false }) optional?: string;
  @Field('string') status = 'open';
  @Field('json') nested = { plain: 1 };
  @Field('string') ofConstructor: string;
  // plain = 'in a comment';
  static plain2 = 'static';
  get title(): string { const plain = 'local'; return plain; }
  close(): void { this.plain = 'closed'; }
  constructor(given = { a: '}' }) {
    super();
    this.ofConstructor = String(given);
    if (this.plain === 'x') return;
  }
}`;

describe('a value that only new gives', () => {
  it.each(Object.keys(compilers))('is told from none as %s compiles it', (compiler) => {
    const { Order } = run(compilers[compiler]!(source), ductile) as { Order: EntityClass };
    const told = ['plain', 'optional', 'status', 'nested', 'ofConstructor', 'inherited', 'toString', 'a.b'];
    expect(told.filter((name) => hasInitialiser(Order, name))).toEqual([
      'status',
      'nested',
      'ofConstructor',
      'inherited',
    ]);
  });

  it('is told of a class that was written without TypeScript, and never throws', () => {
    class Order {
      'quoted' = 1;
      nothing = undefined;
      declared: unknown;
    }
    expect(['quoted', 'nothing', 'declared'].filter((name) => hasInitialiser(Order, name))).toEqual(['quoted']);
    expect(hasInitialiser(Object, 'x')).toBe(false);
    expect(hasInitialiser(function Legacy() {} as never, 'x')).toBe(false);
  });
});
