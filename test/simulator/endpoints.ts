import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from './answer';
import { authorizationPath, planAuthorizationRequest } from './authorizationEndpoint';
import type { SimulatorControl } from './control';
import { Exchange } from './exchange';
import { type Incoming, readIncoming } from './incoming';
import { planMappingRequest, routeMappingRequest } from './mappingApi';
import { injectFault } from './faultInjection';
import { isProviderRequest, planProviderRequest, routeProviderRequest } from './onboardingApi';
import { isMappingOperation, isProviderOperation, type RecordedOperation } from './requestLog';
import type { Switches } from './switches';
import { planTokenRequest, tokenPath } from './tokenEndpoint';

interface Route {
  operation: RecordedOperation;
  serviceProviderId?: string;
  /** Determines the response from the current state. */
  plan: () => Plan;
}

/** The endpoint that a request is for. To add an endpoint, add a file and a condition here. */
function findRoute(incoming: Incoming, control: SimulatorControl): Route {
  if (incoming.path === authorizationPath) {
    return { operation: 'authorize', plan: () => planAuthorizationRequest(incoming, control.parts) };
  }
  if (incoming.path === tokenPath) {
    return { operation: 'token', plan: () => planTokenRequest(incoming, control.parts) };
  }
  if (isProviderRequest(incoming)) {
    const route = routeProviderRequest(incoming, control.parts.switches);
    return {
      operation: route.operation,
      ...(route.serviceProviderId !== undefined && { serviceProviderId: route.serviceProviderId }),
      plan: () => planProviderRequest(route, incoming, control.parts),
    };
  }
  const route = routeMappingRequest(incoming, control.parts.switches);
  return {
    operation: route.operation,
    ...(route.serviceProviderId !== undefined && { serviceProviderId: route.serviceProviderId }),
    plan: () => planMappingRequest(route, incoming, control.parts),
  };
}

/** Answers one request to the service or to Login with Amazon, with the latency, rate limit and faults that are set. */
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
  const applyEffect = ({ effect }: Plan) => {
    effect?.();
    if (effect && (isMappingOperation(route.operation) || isProviderOperation(route.operation)))
      exchange.update({ tookEffect: true });
  };

  const halfLatencyMs = latencyMs(switches, random) / 2;
  const travel = async () => {
    if (halfLatencyMs > 0) await sleep(halfLatencyMs, undefined, { signal: stopping });
  };
  await travel();
  const isLimited = route.operation !== 'authorize' && route.operation !== 'token';
  const rejection = isLimited ? limiter.check(control.parts.switches) : undefined;
  if (rejection) {
    exchange.update({ fault: 'rateLimit' });
    await travel();
    exchange.send(rejection);
    return;
  }
  const fault = faults.take(route.operation, route.serviceProviderId);
  if (fault) {
    exchange.update({ fault: fault.name });
    await injectFault(exchange, fault, { plan: route.plan, applyEffect, travel }, stopping);
    return;
  }
  const plan = route.plan();
  applyEffect(plan);
  await travel();
  exchange.send(plan.answer);
}

function latencyMs({ latencyMs: range }: Switches, random: () => number): number {
  return range ? range.min + random() * (range.max - range.min) : 0;
}
