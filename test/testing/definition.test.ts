import { describe, expect, it } from '@jest/globals';
import { arrayOf, Field, type Generated, ItemType, KeyPath, ObjectType } from '../../src/index.js';
import { FleetDefinitionError, mixedFleet } from '../../src/testing/index.js';
import { Order as OrderV1, OrderItem as OrderItemV1 } from './history/v1/order.js';
import { Order, shop, Voucher } from './shop.js';

const refusal = async (versions: Parameters<typeof mixedFleet>[0], options: object = { schema: shop }) => {
  const error: unknown = await mixedFleet(versions, options as never).then(
    (fleet) => fleet.stop(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FleetDefinitionError);
  return (error as Error).message;
};

describe('frozen classes that are not what the sources say that they were', () => {
  it('are refused with each difference, and the step that a migration lacks', async () => {
    @ObjectType('OrderItem')
    class OtherItem {
      @Field('string') sku!: string;
      @Field('double') quantity!: number;
    }

    @ItemType('Order')
    @KeyPath('/customer-:customerId/order-:orderId', '/created-:createdAt/order-:orderId')
    class Other {
      @Field('string') customerId!: string;
      @Field({ type: 'uuid', initialValue: 'uuid' }) orderId!: Generated<string>;
      @Field({ type: arrayOf(() => OtherItem) }) items!: OtherItem[];
      @Field('string') priority!: string;
      @Field('timestampSeconds') createdAt!: Date;
      @Field({ type: 'boolean', readDefault: false }) express!: boolean;
    }

    expect(await refusal({ 1: { Order: Other }, 3: { Order } })).toBe(
      `The frozen classes of version 1 of schema 'shop' are not what its newest classes and migrations say of that version:
  - Order.express is in the frozen classes, but not in version 1 as the sources yield it
      m.changeType('Order', (t) => t.removeField('express', { type: 'boolean', readDefault: false, declared: true }));
  - Order.note is in version 1 as the sources yield it, but not in the frozen classes
      m.changeType('Order', (t) => t.addField('note'));
  - Order, key path '/created-:createdAt/order-:orderId', is in the frozen classes, but not in version 1 as the sources yield it
      m.changeType('Order', (t) => t.removeKeyPath('/created-:createdAt/order-:orderId'));
  - OrderItem.quantity is int in version 1 as the sources yield it, but double in the frozen classes; no step changes a type: add a new field
Put the frozen classes back as they were when version 1 was released. Where they are right, a migration from 1 or later does not say what it changed: the step stands below each difference.`,
    );
  });

  it('are refused where the version has no such type', async () => {
    expect(await refusal({ 1: { Order: OrderV1, Voucher }, 3: { Order } })).toContain(
      'Voucher is in the frozen classes, but not in version 1 as the sources yield it',
    );
  });
});

describe('mixedFleet refuses', () => {
  it.each([
    [{ 1: { Order: OrderV1 } }, undefined, "schema 'shop' is at version 3, which is not among the versions given (1)"],
    [{}, undefined, 'which is not among the versions given (none)'],
    [{ 3: { Order }, 4: { Order } }, undefined, "schema 'shop' has no version 4; it has 1, 2, 3"],
    [{ v1: { Order: OrderV1 }, 3: { Order } }, undefined, "schema 'shop' has no version v1; it has 1, 2, 3"],
    [{ 3: { Order: OrderV1 } }, undefined, "Order of version 3 is not a class that schema 'shop' is defined with"],
    [{ 1: {}, 3: { Order } }, undefined, 'version 1 has no classes'],
    [{ 3: { Order: 'Order' as never } }, undefined, "Order of version 3 is 'Order', and no class"],
    [{ 3: { Order } }, { seed: 1 }, 'the option schema is missing'],
    [{ 3: { Order } }, { schema: shop, seed: 0.5 }, 'the seed 0.5 is no whole number'],
    [{ 3: { Order } }, { schema: shop, sed: 1 }, "there is no option 'sed'"],
  ])('%o with %o', async (versions, options, message) => {
    expect(await refusal(versions, options)).toContain(message);
  });

  it('a frozen class that is wrong in itself, as defineSchema does', async () => {
    @ItemType('Order')
    // @ts-expect-error no field of the class
    @KeyPath('/order-:orderId')
    class Wrong {
      @Field('string') order!: string;
    }
    await expect(mixedFleet({ 1: { Order: Wrong }, 3: { Order } }, { schema: shop })).rejects.toMatchObject({
      code: 'SCHEMA_DEFINITION',
    });
    expect(OrderItemV1).toBeDefined();
  });
});
