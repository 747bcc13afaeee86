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
  /** Where the mapping API is, without a slash at the end; the page for people is there too. */
  readonly url: string;
  /** Login with Amazon's page where a person gives consent. */
  readonly authorizationEndpoint: string;
  /** Login with Amazon's token endpoint. */
  readonly tokenEndpoint: string;
  readonly control: SimulatorControl;
  /** Ends at once, hanging connections and late effects included. May be called again. */
  stop(): Promise<void>;
}

/** Starts a service on 127.0.0.1 that behaves as the Service Provider Network Mapping API, until told otherwise. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const control = new SimulatorControl(options);
  const stopping = new AbortController();
  // As many requests wait as clients like to send: that is no leak to be warned of.
  setMaxListeners(0, stopping.signal);
  const server = createServer((request, response) => {
    const answered = isForControl(request.url)
      ? answerControl(request, response, control)
      : answerRequest(request, response, control, stopping.signal);
    answered.catch((error: unknown) => {
      // Whoever hung up while sending, and whoever still waits when the simulator stops, gets no answer.
      if (stopping.signal.aborted || !request.complete) return;
      console.error('The simulator failed:', error);
      if (!response.headersSent) response.writeHead(500);
      response.end('The simulator failed; its output says why.');
    });
  });
  // An idle connection that the server closes just when a client reuses it would be a fault nobody asked for.
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
