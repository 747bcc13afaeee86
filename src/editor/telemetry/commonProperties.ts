/**
 * What VS Code and its telemetry library add to each event and may be sent: the versions and the kind of the software.
 * Anything else that they add, such as the IDs of the computer and of the window, is removed before it is sent.
 */
export const COMMON_PROPERTIES = [
  // The ID and the version of the extension.
  'common.extname',
  'common.extversion',
  // Whether VS Code was installed within the last day.
  'common.isnewappinstall',
  'common.nodeArch',
  'common.os',
  'common.platformversion',
  // `desktop`, `web`, or the name of another host of VS Code.
  'common.product',
  // The kind of remote window, such as `ssh-remote`; never the name of the computer.
  'common.remotename',
  'common.telemetryclientversion',
  // `desktop` or `web`.
  'common.uikind',
  'common.vscodecommithash',
  'common.vscodereleasedate',
  'common.vscodeversion',
] as const;

/** The only tag of Application Insights that has a value: the version of the library. */
const LIBRARY_TAG = 'ai.internal.sdkVersion';

type Fields = Record<string, unknown>;

/**
 * Returns a batch of events without what the library has added beside {@link COMMON_PROPERTIES}, such as the IDs of the
 * computer, of the user and of the session in its tags.
 *
 * @param body a JSON array of Application Insights envelopes
 * @throws {SyntaxError | TypeError} if it is anything else
 */
export function withoutIds(body: string): string {
  const envelopes = JSON.parse(body) as { tags: Fields; data: { baseData: { properties: Fields } } }[];
  const isSent = (name: string) =>
    !name.startsWith('common.') || (COMMON_PROPERTIES as readonly string[]).includes(name);
  return JSON.stringify(
    envelopes.map((envelope) => {
      const { tags, data } = envelope;
      const properties = only(data.baseData.properties, isSent);
      return {
        ...envelope,
        tags: only(tags, (name) => name === LIBRARY_TAG),
        data: { ...data, baseData: { ...data.baseData, properties } },
      };
    }),
  );
}

const only = (fields: Fields, isKept: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => isKept(name)));
