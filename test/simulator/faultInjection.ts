import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Plan } from './answer';
import { bodyInShape } from './bodies';
import type { Exchange } from './exchange';
import { effectOf, type Failure } from './failure';
import type { ArmedFault } from './faults';

const requestIdHeaders = {
  usual: 'x-amzn-RequestId',
  lowerCase: 'x-amzn-requestid',
  upperCase: 'X-AMZN-REQUESTID',
  missing: null,
};

/** Replaces a missing body for faults that send it in parts. */
const blankBody = ' '.repeat(64);

/**
 * Answers a request with a fault. `plan` determines the response from the current state, `applyEffect` applies and records its
 * effect, and `travel` waits for the latency of the response.
 */
export async function injectFault(
  exchange: Exchange,
  { failure, delayMs }: ArmedFault,
  { plan, applyEffect, travel }: { plan: () => Plan; applyEffect: (plan: Plan) => void; travel: () => Promise<void> },
  stopping: AbortSignal,
): Promise<void> {
  if (delayMs !== undefined) await sleep(delayMs, undefined, { signal: stopping });
  const planned = plan();
  switch (effectOf(failure)) {
    case 'done':
      applyEffect(planned);
      break;
    case 'later':
      exchange.whenOver(() => {
        sleep(failure.laterMs ?? 200, undefined, { signal: stopping }).then(
          () => {
            applyEffect(plan());
          },
          () => undefined,
        );
      });
      break;
    case 'never':
      break;
  }
  await travel();
  await respondWithFailure(exchange, failure, planned.answer, stopping);
}

async function respondWithFailure(
  exchange: Exchange,
  failure: Failure,
  usual: Answer,
  stopping: AbortSignal,
): Promise<void> {
  switch (failure.kind) {
    case 'answer':
      exchange.send(replacedAnswer(failure, usual), requestIdHeaders[failure.requestId ?? 'usual']);
      break;
    case 'slow':
      exchange.send(usual);
      break;
    case 'hang':
      break;
    case 'hangAfterHeaders':
      exchange.sendHead(usual);
      break;
    case 'reset':
      exchange.reset();
      break;
    case 'resetMidBody':
      exchange.sendHead(usual);
      await exchange.sendPart(firstHalf(usual.body ?? blankBody));
      // A reset discards what the client has not read yet: give it time to read the first half.
      await sleep(20, undefined, { signal: stopping });
      exchange.reset();
      break;
    case 'drip':
      exchange.sendHead(usual);
      for (const byte of Buffer.from(usual.body ?? blankBody)) {
        await sleep(failure.everyMs ?? 5000, undefined, { signal: stopping });
        if (exchange.gone) return;
        await exchange.sendPart(Uint8Array.of(byte));
      }
      exchange.end();
      break;
  }
}

const firstHalf = (body: string) => body.slice(0, Math.ceil(body.length / 2));

function replacedAnswer(failure: Extract<Failure, { kind: 'answer' }>, usual: Answer): Answer {
  const status = failure.status ?? usual.status;
  const shape = failure.body ?? (failure.status !== undefined && failure.status >= 400 ? 'error' : 'asUsual');
  const body = bodyInShape(shape, status, usual, failure);
  return {
    status,
    ...(body.body !== undefined && { body: body.body }),
    ...(body.contentType !== undefined && { contentType: failure.contentType ?? body.contentType }),
    headers: {
      ...(shape === 'asUsual' && usual.headers),
      ...(failure.retryAfter && { 'Retry-After': retryAfterText(failure.retryAfter) }),
      ...failure.headers,
    },
  };
}

function retryAfterText(retryAfter: { seconds: number } | { dateAfterSeconds: number } | { raw: string }): string {
  if ('seconds' in retryAfter) return String(retryAfter.seconds);
  if ('raw' in retryAfter) return retryAfter.raw;
  return new Date(Date.now() + retryAfter.dateAfterSeconds * 1000).toUTCString();
}
