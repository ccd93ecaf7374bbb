import { liveHub } from '../flows/live-hub.ts';
import { handlerOf } from './sync-order.ts';

export const handler = handlerOf(liveHub());
