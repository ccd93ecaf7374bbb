import { liveHub } from '../flows/live-hub.ts';
import { handlerOf } from './audit-stock.ts';

export const handler = handlerOf(liveHub());
