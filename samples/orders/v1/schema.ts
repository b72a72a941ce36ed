import { defineSchema } from 'ductile';
import { Order } from './order.js';

export const shop = defineSchema({ name: 'shop', types: [Order], migrations: [] });
