import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { COMMON_PROPERTIES, withoutIds } from '../../../../src/editor/telemetry/commonProperties';

it('keeps what the extension recorded, and only the documented common properties and tags', () => {
  const batch = (tags: object, properties: object) =>
    JSON.stringify([
      { name: 'event', tags, data: { baseType: 'EventData', baseData: { name: 'command', properties } } },
    ]);
  const recorded = { command: 'showLog', 'common.os': 'linux' };
  const ids = { 'common.vscodemachineid': 'a', 'common.vscodesessionid': 'b', 'common.devDeviceId': 'c' };
  const tags = { 'ai.internal.sdkVersion': 'node:3', 'ai.session.id': 'b', 'ai.user.id': 'a', 'ai.device.id': 'd' };

  const sent = withoutIds(batch(tags, { ...recorded, ...ids }));

  expect(JSON.parse(sent)).toEqual(JSON.parse(batch({ 'ai.internal.sdkVersion': 'node:3' }, recorded)));
});

it.each(['', 'null', '{}', '[{"tags":{}}]', '[{"data":{"baseData":{"properties":{}}}}]'])(
  'rejects a batch of another form: %s',
  (body) => {
    expect(() => withoutIds(body)).toThrow();
  },
);

it('sends no common property that the documentation does not name', () => {
  const text = readFileSync(path.join(import.meta.dirname, '../../../../docs/administrators.md'), 'utf8');
  expect(COMMON_PROPERTIES.filter((name) => !text.includes(`\`${name.replace('common.', '')}\``))).toEqual([]);
});
