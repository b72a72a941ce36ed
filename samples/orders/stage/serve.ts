import { Desk } from './desk.js';
import type { AnyOrder, OrderService } from './desk.js';
import { inLanes } from './lanes.js';
import type { Ask, Asked, AskName, ReleaseName, Said } from './protocol.js';
import { Workload } from './workload.js';

/**
 * Lets a release do what the run asks for, until the run goes away. Orders are sent as they are: an entity is an object
 * of its class and nothing else, so JSON shows its fields.
 */
export function serve<T extends AnyOrder>(release: ReleaseName, service: OrderService<T>): void {
  const desk = new Desk(release, service, (changed) => say({ changed }));
  const workload = new Workload(desk, (error) => say({ failed: textOf(error) }));

  const answers: { readonly [N in AskName]: (argument: Asked<N>) => unknown } = {
    place: (orders) => inLanes(8, orders, (order) => desk.place(order)).then(() => null),
    read: (customers) => readAll(customers, service.ofCustomer),
    readByDate: (customers) => readAll(customers, service.ofCustomerByDate),
    deliveries: (day) => service.deliveries?.(day).then(({ items, complete }) => ({ orders: items, complete })),
    work: (orders) => workload.start(orders),
    rest: () => workload.stop(),
  };

  process.on('message', ({ id, ask, argument }: Ask) => {
    const answer = answers[ask] as (argument: unknown) => unknown;
    Promise.resolve(argument)
      .then(answer)
      .then(
        (value) => say({ id, answer: value ?? null }),
        (error: unknown) => say({ id, error: textOf(error) }),
      );
  });
  process.on('disconnect', () => process.exit());
  say({ id: 0, answer: null });
}

async function readAll<T>(customers: readonly string[], of: (customerId: string) => AsyncIterable<T>): Promise<T[]> {
  const lists = await inLanes(4, customers, async (customerId) => {
    const orders: T[] = [];
    for await (const order of of(customerId)) orders.push(order);
    return orders;
  });
  return lists.flat();
}

function say(message: Said): void {
  // The run may be gone already.
  process.send?.(message, () => undefined);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
