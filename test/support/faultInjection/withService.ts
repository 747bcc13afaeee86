import { startSimulator, type Simulator } from '../../simulator/simulator';
import type { SwitchesInput } from '../../simulator/switches';

/** Runs a test with its own simulator, which has no service providers yet. */
export async function withService(
  switches: SwitchesInput,
  test: (simulator: Simulator) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({ seed: [], switches });
  try {
    await test(simulator);
  } finally {
    await simulator.stop();
  }
}
