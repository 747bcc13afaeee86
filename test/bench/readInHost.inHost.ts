import * as v from 'valibot';
import { dormantExtension, input, report } from './insideHost';
import { bareRead, sampleInTurns } from './readLatency';
import type { ReadingExtension } from './readingExtension';

const Input = v.object({
  extension: v.string(),
  serviceProviderId: v.string(),
  url: v.string(),
  accessToken: v.string(),
});

/** Measures reads through the extension of the input and bare ones, both with the extension host's `fetch`. */
export async function run(): Promise<void> {
  const { extension, serviceProviderId, url, accessToken } = v.parse(Input, input());
  const reading = (await dormantExtension(extension).activate()) as ReadingExtension;
  await reading.signIn(accessToken);
  await report(
    await sampleInTurns(
      () => reading.read(serviceProviderId),
      () => bareRead(url, accessToken),
    ),
  );
}
