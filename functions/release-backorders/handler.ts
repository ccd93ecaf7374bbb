import { liveHub } from '../flows/live-hub.ts';
import { handlerOf } from './release-backorders.ts';

export const handler = handlerOf(liveHub());
