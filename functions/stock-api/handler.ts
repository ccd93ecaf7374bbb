import { keyGate } from '../flows/authenticate.ts';
import { liveHub } from '../flows/live-hub.ts';
import { serve } from '../flows/serve.ts';
import { contract } from './contract.ts';
import { handlersOf } from './stock-api.ts';

const hub = liveHub();
export const handler = serve({ log: hub.log, letIn: keyGate(hub) }, contract, handlersOf(hub));
