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

/** Stands for the body of an answer that has none, where a fault needs something to send piece by piece. */
const blankBody = ' '.repeat(64);

/**
 * Lets a fault strike an exchange. `plan` judges the request by what is true when it is called;
 * `carryOut` makes its effect true and records that; `travel` takes the time of the way back.
 */
export async function misbehave(
  exchange: Exchange,
  { failure, delayMs }: ArmedFault,
  { plan, carryOut, travel }: { plan: () => Plan; carryOut: (plan: Plan) => void; travel: () => Promise<void> },
  stopping: AbortSignal,
): Promise<void> {
  if (delayMs !== undefined) await sleep(delayMs, undefined, { signal: stopping });
  const planned = plan();
  switch (effectOf(failure)) {
    case 'done':
      carryOut(planned);
      break;
    case 'later':
      exchange.whenOver(() => {
        sleep(failure.laterMs ?? 200, undefined, { signal: stopping }).then(
          () => {
            carryOut(plan());
          },
          () => undefined,
        );
      });
      break;
    case 'never':
      break;
  }
  await travel();
  await answerBadly(exchange, failure, planned.answer, stopping);
}

async function answerBadly(exchange: Exchange, failure: Failure, usual: Answer, stopping: AbortSignal): Promise<void> {
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
      // A reset overtakes what the other side has not read yet: give the half a moment to be read.
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
