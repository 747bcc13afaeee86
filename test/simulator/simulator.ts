import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorizationPath } from './authorizationEndpoint';
import { type ControlOptions, SimulatorControl } from './control';
import { answerControl, isForControl } from './controlApi';
import { answerRequest } from './endpoints';
import { tokenPath } from './tokenEndpoint';

export interface SimulatorOptions extends ControlOptions {
  /** 0, the default, takes any free port. */
  port?: number;
}

export interface Simulator {
  /** The URL of the mapping API and of the page, without a trailing slash. */
  readonly url: string;
  /** Login with Amazon's consent page. */
  readonly authorizationEndpoint: string;
  /** Login with Amazon's token endpoint. */
  readonly tokenEndpoint: string;
  readonly control: SimulatorControl;
  /** Stops immediately, and drops open connections and late effects. May be called again. */
  stop(): Promise<void>;
}

/** Starts a simulator of the Service Provider Network Mapping API and Login with Amazon on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const control = new SimulatorControl(options);
  const stopping = new AbortController();
  // Each open request adds a listener: their number is not limited, and no leak.
  setMaxListeners(0, stopping.signal);
  const server = createServer((request, response) => {
    const answered = isForControl(request.url)
      ? answerControl(request, response, control)
      : answerRequest(request, response, control, stopping.signal);
    answered.catch((error: unknown) => {
      // Expected if the client disconnects while sending, or when the simulator stops.
      if (stopping.signal.aborted || !request.complete) return;
      console.error('The simulator failed:', error);
      if (!response.headersSent) response.writeHead(500);
      response.end('The simulator failed; its output says why.');
    });
  });
  // Closing an idle connection just when a client reuses it would be an unintended fault.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return {
    url,
    authorizationEndpoint: url + authorizationPath,
    tokenEndpoint: url + tokenPath,
    control,
    stop: () => {
      stopping.abort();
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
}
