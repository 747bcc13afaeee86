import { parseArgs } from 'node:util';
import { startSimulator } from './simulator';

/** `npm run simulator -- --port N --providers N` runs the simulator until Ctrl+C. */
function readArguments(): { port: number; providers?: number } {
  const { values } = parseArgs({ options: { port: { type: 'string' }, providers: { type: 'string' } } });
  const number = (name: string, text: string, maximum: number) => {
    if (!/^\d+$/.test(text) || Number(text) > maximum) {
      throw new Error(`--${name}: expected a number up to ${String(maximum)}, got "${text}"`);
    }
    return Number(text);
  };
  return {
    port: number('port', values.port ?? '0', 65_535),
    ...(values.providers !== undefined && { providers: number('providers', values.providers, 1_000_000) }),
  };
}

async function main(): Promise<void> {
  const { port, providers } = readArguments();
  const simulator = await startSimulator({ port, seed: providers ?? 'demo' });
  console.log(`Simulator: ${simulator.url}`);
  const { demo } = simulator.control;
  console.log(`Demo token: ${demo.accessToken}`);
  console.log(`Client ID: ${demo.clientId}`);
  console.log(`Client secret: ${demo.clientSecret}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void simulator.stop().then(() => process.exit(0));
    });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
