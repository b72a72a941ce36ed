import type { Facts } from './order-reader.js';

/** Orders that were there before the second version, and that nobody ever writes again. */
export const ARCHIVED = 60;

export const archived = (number: number): Facts => ({
  customerId: 'archive',
  orderId: String(number),
  born: `<archive.${number}>`,
  date: DATES[number % DATES.length]!,
});

export const DATES = ['2026-01-01', '2026-02-02', '2026-03-03', '2026-04-04'].map((day) => `${day}T00:00:00.000Z`);
export const DAYS = ['2027-01-01', '2027-01-02', '2027-01-03', '2027-01-04', '2027-01-05'];
/** What an order has that is inserted without a choice. */
export const FIRST = { date: DATES[0]!, day: DAYS[0]! };
