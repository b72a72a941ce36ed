/**
 * What the run and the releases, each a process of its own, say to each other. All of it is JSON: a time is an ISO text.
 */
export const releaseNames = ['v1', 'v2', 'v3', 'v4'] as const;
export type ReleaseName = (typeof releaseNames)[number];

export interface OrderKey {
  readonly customerId: string;
  readonly orderId: string;
}

/** An order to be placed; each release keeps what it has a field for. */
export interface NewOrder extends OrderKey {
  readonly date: string;
  readonly priority: 'low' | 'medium' | 'high';
  readonly items: NewItem[];
  readonly history: string[];
}

export interface NewItem {
  productId: number;
  productName: string;
  unitPrice: string;
  quantity: number;
  discount: number;
}

/** An order as a release reads it. */
export interface SeenOrder extends OrderKey {
  readonly history: readonly string[];
  readonly [field: string]: unknown;
}

/** A change that the library acknowledged: from now on it may not get lost. */
export interface Change extends OrderKey {
  readonly release: ReleaseName;
  /** Its place among the changes of this order, from 1: the length of the order's history as it was stored. */
  readonly sequence: number;
  /** The line that it added to the order's history. */
  readonly line: string;
  /** What was stored, by the release's own names: every field of a placed order, one field otherwise. */
  readonly values: Readonly<Record<string, unknown>>;
  /** How often another writer was faster, so that the change was made anew. */
  readonly conflicts: number;
}

/** What a release can be asked for: what it takes, and what it answers. */
export interface Asks {
  place: (orders: readonly NewOrder[]) => void;
  /** Reads every order of these customers. */
  read: (customers: readonly string[]) => readonly SeenOrder[];
  /** Reads them through the other key path, each customer's in the order of their dates. */
  readByDate: (customers: readonly string[]) => readonly SeenOrder[];
  deliveries: (day: string) => { readonly orders: readonly SeenOrder[]; readonly complete: boolean };
  /** Changes these orders, and places new ones, until told to rest. */
  work: (orders: readonly OrderKey[]) => void;
  /** Answers once no change is under way any more. */
  rest: (_: null) => void;
}

export type AskName = keyof Asks;
export type Asked<N extends AskName> = Parameters<Asks[N]>[0];
export type Answered<N extends AskName> = ReturnType<Asks[N]>;

/** From the run to a release. */
export interface Ask {
  readonly id: number;
  readonly ask: AskName;
  readonly argument: unknown;
}

/** From a release to the run. */
export type Said =
  /** The answer to 0, which nobody asked, says that it is ready. */
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly changed: Change }
  | { readonly failed: string };
