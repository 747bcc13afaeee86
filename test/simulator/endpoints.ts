import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from './answer';
import { authorizationPath, planAuthorizationRequest } from './authorizationEndpoint';
import type { SimulatorControl } from './control';
import { Exchange } from './exchange';
import { type Incoming, readIncoming } from './incoming';
import { planMappingRequest, routeMappingRequest } from './mappingApi';
import { misbehave } from './faultInjection';
import { isMappingOperation, type RecordedOperation } from './requestLog';
import type { Switches } from './switches';
import { planTokenRequest, tokenPath } from './tokenEndpoint';

interface Route {
  operation: RecordedOperation;
  serviceProviderId?: string;
  /** Judges the request by what is true now. */
  plan: () => Plan;
}

/** Which endpoint a request is for. A further endpoint is one more line here and a file beside this one. */
function findRoute(incoming: Incoming, control: SimulatorControl): Route {
  if (incoming.path === authorizationPath) {
    return { operation: 'authorize', plan: () => planAuthorizationRequest(incoming, control.parts) };
  }
  if (incoming.path === tokenPath) {
    return { operation: 'token', plan: () => planTokenRequest(incoming, control.parts) };
  }
  const route = routeMappingRequest(incoming, control.parts.switches);
  return {
    operation: route.operation,
    ...(route.serviceProviderId !== undefined && { serviceProviderId: route.serviceProviderId }),
    plan: () => planMappingRequest(route, incoming, control.parts),
  };
}

/** Answers one request to the service or to Login with Amazon, with everything that was told to go wrong. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  control: SimulatorControl,
  stopping: AbortSignal,
): Promise<void> {
  const incoming = await readIncoming(request);
  const route = findRoute(incoming, control);
  const { log, limiter, faults, switches, random } = control.parts;
  const exchange = new Exchange(response, log.open(incoming, { ...route, requestId: randomUUID() }), log);
  const carryOut = ({ effect }: Plan) => {
    effect?.();
    if (effect && isMappingOperation(route.operation)) exchange.note({ tookEffect: true });
  };

  const halfLatencyMs = latencyMs(switches, random) / 2;
  const travel = async () => {
    if (halfLatencyMs > 0) await sleep(halfLatencyMs, undefined, { signal: stopping });
  };
  await travel();
  const isLimited = route.operation !== 'authorize' && route.operation !== 'token';
  const tooMany = isLimited ? limiter.judge(control.parts.switches) : undefined;
  if (tooMany) {
    exchange.note({ fault: 'rateLimit' });
    await travel();
    exchange.send(tooMany);
    return;
  }
  const fault = faults.strike(route.operation, route.serviceProviderId);
  if (fault) {
    exchange.note({ fault: fault.name });
    await misbehave(exchange, fault, { plan: route.plan, carryOut, travel }, stopping);
    return;
  }
  const plan = route.plan();
  carryOut(plan);
  await travel();
  exchange.send(plan.answer);
}

function latencyMs({ latencyMs: range }: Switches, random: () => number): number {
  return range ? range.min + random() * (range.max - range.min) : 0;
}
