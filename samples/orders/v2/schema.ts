import { defineSchema } from 'ductile';
import { AddDeliveryDate } from './migrations/add-delivery-date.js';
import { Order } from './order.js';

export const shop = defineSchema({ name: 'shop', types: [Order], migrations: [AddDeliveryDate] });
