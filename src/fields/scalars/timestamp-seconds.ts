import { timestampType } from './time.js';

export const timestampSeconds = timestampType(1000);
