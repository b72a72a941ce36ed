import { defineSchema } from 'ductile';
import { AddDeliveryDate } from './migrations/add-delivery-date.js';
import { CountPriority } from './migrations/count-priority.js';
import { RenameCreatedAt } from './migrations/rename-created-at.js';
import { Order } from './order.js';

export const shop = defineSchema({
  name: 'shop',
  types: [Order],
  migrations: [AddDeliveryDate, CountPriority, RenameCreatedAt],
});
